// Bundles the page and writes it as a source of the program: files.S holds the bytes, files.cc the
// table (files.h). Runs in the build folder, beside node_modules and a link to src.
//
//   node build.mjs          writes files.S and files.cc
//   node build.mjs --test   bundles and runs src/**/*.test.ts
import {execFileSync} from 'node:child_process';
import {mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {basename, extname, join, resolve} from 'node:path';
import {gzipSync} from 'node:zlib';

import * as esbuild from 'esbuild';

const kTypes = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};
// Compressed: what a first look at the overview loads, with its chart, and all that there is.
const kFirstBytesMax = 60_000;
const kAllBytesMax = 150_000;
// Scripts that a first look waits for, beside the page's own.
const kPreloadsMax = 1;

const common = {
  bundle: true,
  logLevel: 'warning',
  preserveSymlinks: true,
  jsx: 'automatic',
  jsxImportSource: 'preact',
  target: ['chrome123', 'firefox120', 'safari17.5'],
};

// What is loaded later brings all that the page begins with, in name only: it is there by then. So
// what they share is one file, and not one for each set of pages that share something.
function beginsWithPage(starts) {
  const page = resolve('src/main.tsx');
  return {
    name: 'begins-with-page',
    setup(build) {
      build.onLoad({filter: /\.tsx?$/}, ({path}) => starts.has(path) ? {
        contents: `import ${JSON.stringify(page)};\n${readFileSync(path, 'utf8')}`,
        loader: extname(path).slice(1),
      } : undefined);
    },
  };
}

// The files that a dynamic import names.
function loadedLater({inputs}) {
  const imports = Object.values(inputs).flatMap(({imports}) => imports);
  return new Set(imports.filter(({kind}) => kind === 'dynamic-import')
      .map(({path}) => resolve(path)));
}

async function bundle() {
  rmSync('dist', {recursive: true, force: true});
  const options = {
    ...common,
    entryPoints: {
      main: 'src/main.tsx',
      style: 'src/style/main.css',
      more: 'src/style/more.css',
    },
    outdir: 'dist/assets',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    format: 'esm',
    splitting: true,
    minify: true,
    legalComments: 'none',
    metafile: true,
  };
  const {metafile} = await esbuild.build({...options, write: false});
  return esbuild.build({...options, plugins: [beginsWithPage(loadedLater(metafile))]});
}

// Every file to embed, by its path on the server.
function collect(metafile) {
  const files = [];
  const names = {};
  for (const [path, output] of Object.entries(metafile.outputs)) {
    const url = '/' + path.replace(/^dist\//, '');
    files.push({url, content: readFileSync(path), isImmutable: true});
    if (output.entryPoint) names[basename(output.entryPoint)] = url;
  }
  const main = metafile.outputs['dist' + names['main.tsx']];
  const preloads = main.imports.filter(({kind}) => kind === 'import-statement').map(({path}) =>
      `<link rel="modulepreload" href="${path.replace(/^dist/, '')}">`);
  if (preloads.length > kPreloadsMax) throw new Error(`${preloads.length} scripts of a first look`);
  // As a file of its own, browsers ask for it at each address of the page again.
  const icon = readFileSync('src/favicon.svg', 'utf8').trim();
  const page = readFileSync('src/index.html', 'utf8')
      .replace('<!-- preloads -->', preloads.join('\n'))
      .replace('/favicon.svg', `data:image/svg+xml,${encodeURIComponent(icon)}`)
      .replace('/main.js', names['main.tsx'])
      .replace('/style.css', names['main.css'])
      .replace('/more.css', names['more.css']);
  files.push({url: '/index.html', content: Buffer.from(page), isImmutable: false});
  files.sort((a, b) => (a.url < b.url ? -1 : 1));
  for (const file of files) {
    const gzipped = gzipSync(file.content, {level: 9});
    file.gzipped = gzipped.length < file.content.length ? gzipped : null;
  }
  return files;
}

// What comes with the page's script, and the chart; other pages and dialogs are loaded when they
// are wanted.
function pathsOfFirstLook(outputs) {
  const paths = Object.keys(outputs).filter((path) =>
      ['src/main.tsx', 'src/style/main.css'].includes(outputs[path].entryPoint));
  for (const path of paths) {  // It grows meanwhile.
    for (const {path: next, kind} of outputs[path].imports) {
      const isAtOnce =
          kind !== 'dynamic-import' || outputs[next]?.entryPoint === 'src/parts/chart.tsx';
      if (isAtOnce && !paths.includes(next)) paths.push(next);
    }
  }
  return paths;
}

function checkBudget(files, metafile) {
  const paths = pathsOfFirstLook(metafile.outputs).map((path) => path.replace(/^dist\//, '/'));
  const isFirst = ({url}) => !/\.(js|css)$/.test(url) || paths.includes(url);
  const bytesOf = (some) =>
      some.reduce((sum, file) => sum + (file.gzipped ?? file.content).length, 0);
  const first = bytesOf(files.filter(isFirst));
  const all = bytesOf(files);
  console.log(`page: ${first} bytes for the first look, ${all} in all, compressed`);
  if (first > kFirstBytesMax || all > kAllBytesMax) {
    throw new Error(`over the budget of ${kFirstBytesMax} and ${kAllBytesMax} bytes`);
  }
}

// Writes the bytes of a file beside the table and returns how C++ names them.
function embed(assembly, declarations, name, content) {
  writeFileSync(join('embed', name), content);
  assembly.push(
      `.global penstock_web_${name}`, `penstock_web_${name}:`, `.incbin "embed/${name}"`, '');
  declarations.push(`extern "C" const char penstock_web_${name}[${content.length}];`);
  return `{penstock_web_${name}, ${content.length}}`;
}

function write(files) {
  rmSync('embed', {recursive: true, force: true});
  mkdirSync('embed');
  const assembly = ['.section .rodata', ''];
  const declarations = [];
  const rows = files.map((file, index) => {
    const plain = embed(assembly, declarations, `file${index}`, file.content);
    const gzipped =
        file.gzipped ? embed(assembly, declarations, `file${index}_gz`, file.gzipped) : '{}';
    const type = kTypes[extname(file.url)];
    return `    {"${file.url}", "${type}", ${plain},\n     ${gzipped}, ${file.isImmutable}},`;
  });
  assembly.push('.section .note.GNU-stack,"",%progbits', '');
  writeFileSync('files.S', assembly.join('\n'));
  writeFileSync('files.cc', `// Written by console/web/build.mjs.
#include "console/web/files.h"

${declarations.join('\n')}

namespace penstock::web {

namespace {

constexpr File kFiles[] = {
${rows.join('\n')}
};

}  // namespace

std::span<const File> files() { return kFiles; }

}  // namespace penstock::web
`);
}

function filesBelow(folder, ending) {
  return readdirSync(folder, {withFileTypes: true}).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path, ending) : path.endsWith(ending) ? [path] : [];
  });
}

async function test() {
  const tests = filesBelow('src', '.test.ts');
  rmSync('test', {recursive: true, force: true});
  await esbuild.build({
    ...common,
    entryPoints: tests,
    outdir: 'test',
    outExtension: {'.js': '.mjs'},
    format: 'esm',
    platform: 'node',
    target: 'node18',
  });
  execFileSync(process.execPath, ['--test', ...filesBelow('test', '.mjs')], {
    stdio: 'inherit',
    env: {...process.env, LC_ALL: 'en_US.UTF-8'},
  });
}

if (process.argv[2] === '--test') {
  await test();
} else {
  const {metafile} = await bundle();
  const files = collect(metafile);
  checkBudget(files, metafile);
  write(files);
}
