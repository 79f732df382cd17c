// All events that are shown, and those behind them, as a file that the browser keeps as it comes.
import {useState} from 'preact/hooks';

import {type Place, queryOfExport} from '../place';
import {Dialog} from './dialog';

const kFormats = [
  {query: 'format=csv&excel=1', title: 'CSV for Excel'},
  {query: 'format=csv', title: 'CSV'},
  {query: 'format=ndjson', title: 'JSON, an event a line'},
];

export function ExportButton({place}: {place: Place}) {
  const [isOpen, setOpen] = useState(false);
  const hrefOf = (query: string) =>
      `/api/v1/events/export?${queryOfExport(place, Date.now())}&${query}`;
  return (
    <>
      <button type="button" class="button" onClick={() => setOpen(true)}>Export</button>
      {isOpen && (
        <Dialog title="Export" onClose={() => setOpen(false)}>
          <p class="hint">All events in {place.range.title}{
            place.filters.length > 0 ? ' with these filters' : ''}, oldest first.</p>
          <ul class="choices">
            {kFormats.map(({query, title}) => (
              <li key={query}><a href={hrefOf(query)} download>{title}</a></li>
            ))}
          </ul>
        </Dialog>
      )}
    </>
  );
}
