// What is loaded when it is first shown: a view, or a dialog over one.
import type {ComponentType} from 'preact';
import {useEffect, useState} from 'preact/hooks';

import {Notice} from './notice';

// The styles of what is not on the first page, once. Where they do not come, it is shown without.
let styles: Promise<void> | null = null;
function moreStyles(): Promise<void> {
  styles ??= new Promise((resolve) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = document.querySelector<HTMLMetaElement>('meta[name=more-styles]')!.content;
    link.onload = link.onerror = () => resolve();
    document.head.append(link);
  });
  return styles;
}

// A dialog or a card that comes a moment later needs nothing in its place.
export const laterOver = <P extends object>(load: () => Promise<ComponentType<P>>) =>
    later(load, false);

export function later<P extends object>(load: () => Promise<ComponentType<P>>, isView = true): ComponentType<P> {
  let loaded: ComponentType<P> | null = null;
  return function Later(props: P) {
    const [View, setView] = useState<ComponentType<P> | null>(() => loaded);
    const [hasFailed, setFailed] = useState(false);
    const ask = () => {
      setFailed(false);
      Promise.all([load(), moreStyles()]).then(([view]) => {
        loaded = view;
        setView(() => view);
      }, () => setFailed(true));
    };
    useEffect(() => void (loaded === null && ask()), []);
    if (View !== null) return <View {...props} />;
    // An upgrade takes away the scripts of the page that is open: a new one has those of now.
    const again = {text: 'Load again', run: () => location.reload()};
    if (!isView && !hasFailed) return null;
    return hasFailed ?
        <div class="view">
          <Notice kind="error" title="This page did not come." action={again}>
            The console may have been upgraded.
          </Notice>
        </div> :
        <div class="view"><div class="ghost ghost-body" role="status" aria-label="Loading" /></div>;
  };
}
