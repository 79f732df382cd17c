// What stands around every view: the head with the product's name, the person and the theme.
import type {ComponentChildren} from 'preact';
import {useState} from 'preact/hooks';

import type {Session} from 'model';
import {useGoKeys, useKey} from '../keys';
import {openPages, type Page} from '../pages';
import {highestRole, isLimited} from '../rights';
import {kThemes, setTheme, theme} from '../theme';
import {Icon, Mark} from './icons';
import {laterOver} from './later';
import {Link} from './link';

const kThemeTitles = {system: 'as the system', light: 'light', dark: 'dark'};

export function ThemeButton() {
  const [current, setCurrent] = useState(theme());
  const next = kThemes[(kThemes.indexOf(current) + 1) % kThemes.length]!;
  const change = () => {
    setTheme(next);
    setCurrent(next);
  };
  const text = `Theme: ${kThemeTitles[current]}. Change to ${kThemeTitles[next]}`;
  return (
    <button type="button" class="button-quiet" aria-label={text} title={text} onClick={change}>
      <Icon name={current} />
    </button>
  );
}

const KeyHelp = laterOver(() => import('./key_help').then((part) => part.KeyHelp));
const Health = laterOver(() => import('./health').then((part) => part.Health));
const Badge = laterOver(() => import('./badge').then((part) => part.Badge));
// Whose link says how much there is to look at.
const kCounted = ['/errors', '/queue'];
// These say themselves what is wrong.
const kOwnHealth = ['/', '/queue', '/system'];

interface Props {
  user: Session['user'];
  page: Page;
  onSignOut: () => void;
  children: ComponentChildren;
}

export function Shell({user, page, onSignOut, children}: Props) {
  const pages = openPages().filter((one) => !one.isAside);
  const [isHelping, setHelping] = useState(false);
  useGoKeys();
  useKey('?', () => setHelping(true));
  return (
    <>
      <a class="skip" href="#content">Skip to content</a>
      <header class="head">
        <div class="head-inner">
          <Link href="/" class="brand"><Mark />Penstock</Link>
          {pages.length > 1 && (
            <nav class="tabs" aria-label="Pages">
              {pages.map((one) => (
                <Link key={one.path} href={one.path} isCurrent={one === page}>
                  {one.title}{kCounted.includes(one.path) && <Badge path={one.path} />}
                </Link>
              ))}
            </nav>
          )}
          <div class="head-end">
            <Link href="/account" class="who" label={`Account: ${user.email}, ${highestRole()}`}
                  isCurrent={page.path === '/account'}>{user.email}</Link>
            <ThemeButton />
            <button type="button" class="button-quiet" aria-label="Sign out" title="Sign out"
                    onClick={onSignOut}>
              <Icon name="out" />
            </button>
          </div>
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        {!kOwnHealth.includes(page.path) && !isLimited() && <Health />}
        {children}
      </main>
      {isHelping && <KeyHelp pages={openPages()} onClose={() => setHelping(false)} />}
    </>
  );
}
