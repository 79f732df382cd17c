// Writes the patterns of npm's crawler-user-agents (MIT, Martin Monperrus) as patterns.cc, a table
// of the program (enrich/crawlers/patterns.h). Runs in the build folder, beside node_modules.
import {readFileSync, writeFileSync} from 'node:fs';

const packageFolder = 'node_modules/crawler-user-agents';
const crawlers = JSON.parse(readFileSync(`${packageFolder}/crawler-user-agents.json`, 'utf8'));
const licence = readFileSync(`${packageFolder}/LICENSE`, 'utf8').trim();

// Where the package is mistaken about people; the expressions instead, "" for none.
const corrections = {
  'MetaIAB Facebook': '',       // Facebook's own browser: a person who has followed a link.
  'AP3A\\.240617\\.008': '',    // A build of Android 15, on phones of several makers.
  'WhatsApp': 'WhatsApp[^D]*$',  // "WhatsApp/2.11 Android/4.2 Device/…" is the program on a phone.
};

function corrected({pattern}) {
  const expression = pattern in corrections ? corrections[pattern] : pattern;
  // "RED/" is no "WIRED/", and "008/" no version 39008: a name begins where a word does.
  return /^\w/.test(expression) ? `\\b(?:${expression})` : expression;
}

for (const pattern of Object.keys(corrections)) {
  if (!crawlers.some((crawler) => crawler.pattern === pattern)) {
    throw new Error(`crawler-user-agents has no "${pattern}" any more: drop its correction`);
  }
}
const expressions = crawlers.map(corrected).filter((expression) => expression !== '');
writeFileSync('patterns.cc', `// Made by core/enrich/crawlers/build.mjs from crawler-user-agents:
//
${licence.split('\n').map((line) => `// ${line}`.trimEnd()).join('\n')}
#include "enrich/crawlers/patterns.h"

namespace penstock::enrich {
namespace {

constexpr std::string_view kPatterns[] = {
${expressions.map((expression) => `    R"~(${expression})~",`).join('\n')}
};

}  // namespace

std::span<const std::string_view> crawler_patterns() { return kPatterns; }

}  // namespace penstock::enrich
`);
