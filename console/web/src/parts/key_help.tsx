// All keys of the page in one place.
import type {Page} from '../pages';
import {kPageKeys} from '../page_keys';
import {Dialog} from './dialog';

interface Props {
  pages: Page[];
  onClose: () => void;
}

const kKeys: [string[], string][] = [
  [['?'], 'these keys'],
  [['r'], 'refresh'],
  [['1', '…', '5'], 'range, on pages that have one'],
  [['Esc'], 'close what is open; clear the filters'],
  [['j', 'k'], 'next and previous row'],
  [['Enter'], 'open the row'],
  [['/'], 'search, where there is a search'],
  [['p'], 'pause the live page'],
];

export function KeyHelp({pages, onClose}: Props) {
  const all: [string[], string][] = [
    ...kKeys,
    ...pages.filter(({path}) => path in kPageKeys).map(
        ({path, title}): [string[], string] => [['g', kPageKeys[path]!], title]),
  ];
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="key-list">
        {all.map(([keys, text]) => (
          <div key={text}>
            <dt>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
