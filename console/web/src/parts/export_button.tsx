// All events that are shown, and those behind them, as a file that the browser keeps as it comes.
import {useState} from 'preact/hooks';

import {urlOf} from '../client';
import {type Place, queryOfExport} from '../place';
import {Dialog} from './dialog';

const kFormats = [
  {asked: {format: 'csv', excel: true}, title: 'CSV for Excel'},
  {asked: {format: 'csv'}, title: 'CSV'},
  {asked: {format: 'ndjson'}, title: 'JSON, an event a line'},
] as const;

export function ExportButton({place}: {place: Place}) {
  const [isOpen, setOpen] = useState(false);
  const hrefOf = (asked: typeof kFormats[number]['asked']) =>
      urlOf('GET', '/events/export', {...queryOfExport(place, Date.now()), ...asked});
  return (
    <>
      <button type="button" class="button" onClick={() => setOpen(true)}>Export</button>
      {isOpen && (
        <Dialog title="Export" onClose={() => setOpen(false)}>
          <p class="hint">All events in {place.range.title}{
            place.filters.length > 0 ? ' with these filters' : ''}, oldest first.</p>
          <ul class="choices">
            {kFormats.map(({asked, title}) => (
              <li key={title}><a href={hrefOf(asked)} download>{title}</a></li>
            ))}
          </ul>
        </Dialog>
      )}
    </>
  );
}
