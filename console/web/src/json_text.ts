// JSON as text. A JavaScript number has 53 bits and JSON's have any: what is only shown is never
// read as one. Text also keeps what an object would lose: the order of its members, and a member
// that is there twice.
import {kUnseen} from './format';

// A string, a number or word, or one character of structure.
const kToken = /"(?:[^"\\]|\\.)*"|[^\s,:{}[\]"]+|[,:{}[\]]/g;

// With escapes for what cannot be seen, and turns the text around it (format.ts).
const textOf = (text: string): string => JSON.stringify(text).replace(kUnseen, (unseen) =>
    [...Array(unseen.length).keys()].map((i) =>
        '\\u' + unseen.charCodeAt(i).toString(16).padStart(4, '0')).join(''));

// Indented. Numbers are as they came; strings lose escapes that they do not need. Requires valid
// JSON.
export function pretty(text: string): string {
  let out = '';
  let depth = 0;
  const newLine = () => '\n' + '  '.repeat(depth);
  const tokens = text.match(kToken) ?? [];
  tokens.forEach((token, i) => {
    const next = tokens[i + 1];
    switch (token) {
      case '{':
      case '[':
        out += token;
        if (next === '}' || next === ']') break;
        ++depth;
        out += newLine();
        break;
      case '}':
      case ']':
        if (tokens[i - 1] !== '{' && tokens[i - 1] !== '[') {
          --depth;
          out += newLine();
        }
        out += token;
        break;
      case ',':
        out += ',' + newLine();
        break;
      case ':':
        out += ': ';
        break;
      default:
        out += token.startsWith('"') ? textOf(JSON.parse(token)) : token;
    }
  });
  return out;
}

// The members of an object, each with its value's text. Requires a valid JSON object.
export function members(text: string): [string, string][] {
  const found: [string, string][] = [];
  let depth = 0;
  let name = '';
  let start = -1;  // Of the value; -1 before its colon.
  for (const match of text.matchAll(kToken)) {
    const token = match[0];
    const at = match.index;
    if (depth === 1 && (token === ',' || token === '}')) {
      if (start >= 0) found.push([name, text.slice(start, at).trim()]);
      start = -1;
    } else if (depth === 1 && start < 0) {
      if (token === ':') {
        start = at + 1;
      } else {
        name = JSON.parse(token);
      }
    }
    if (token === '{' || token === '[') ++depth;
    if (token === '}' || token === ']') --depth;
  }
  return found;
}

// The elements of an array, each its text. Requires a valid JSON array.
export function elements(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = -1;
  for (const match of text.matchAll(kToken)) {
    const token = match[0];
    if (depth === 1 && (token === ',' || token === ']')) {
      if (start >= 0) found.push(text.slice(start, match.index).trim());
      start = -1;
    } else if (depth === 1 && start < 0) {
      start = match.index;
    }
    if (token === '{' || token === '[') ++depth;
    if (token === '}' || token === ']') --depth;
  }
  return found;
}
