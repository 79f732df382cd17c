// Conditions on events, as the API's `filter` parameters and the page's address have them.
import {isDimension, kAllText, kTextTitles} from './dimensions';

export const kSigns = {
  '=': 'is',
  '!=': 'is not',
  '~=': 'contains',
  '^=': 'starts with',
  '?': 'has a value',
  '>': 'is over',
  '<': 'is under',
} as const;
export type Sign = keyof typeof kSigns;

export interface Filter {
  name: string;  // A dimension, another text of an event, or properties.KEY.
  sign: Sign;
  value: string;
}

const kPropertyPrefix = 'properties.';

export const isName = (text: string) => isDimension(text) || Object.hasOwn(kTextTitles, text) ||
    (text.startsWith(kPropertyPrefix) && text.length > kPropertyPrefix.length);

export const propertyOf = (name: string) =>
    name.startsWith(kPropertyPrefix) ? name.slice(kPropertyPrefix.length) : null;

export const textOf = ({name, sign, value}: Filter) =>
    name + sign + (sign === '?' ? '' : value);

// Null where the API would not take it.
export function readFilter(text: string): Filter | null {
  const found = /^(.*?)(!=|~=|\^=|=|>|<|\?$)(.*)$/s.exec(text);
  if (!found || !isName(found[1]!)) return null;
  const filter = {name: found[1]!, sign: found[2] as Sign, value: found[3]!};
  const wantsNumber = filter.sign === '>' || filter.sign === '<';
  const isNumber = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(filter.value);
  const isVague = filter.name === kAllText && filter.sign !== '~=';
  return (wantsNumber && !isNumber) || isVague ? null : filter;
}

export const isSame = (a: Filter, b: Filter) => textOf(a) === textOf(b);
