// One more filter: of what, how, and by which value; values that there are are suggested.
import {useEffect, useState} from 'preact/hooks';

import {get} from '../api';
import {
  isDimension, kAllText, kDimensions, kDimensionTitles, kTextTitles,
} from '../dimensions';
import {kSigns, readFilter, type Sign, textOf} from '../filters';
import {dimensionValue} from '../format';
import {go, hrefOf, type Place, queryOf, withAddedFilter} from '../place';
import {Dialog} from './dialog';

const kProperty = 'property';
const kSuggested = 20;

interface Props {
  place: Place;
  path: string;
  onClose: () => void;
}

export function AddFilter({place, path, onClose}: Props) {
  const [subject, setSubject] = useState<string>('path');
  const [key, setKey] = useState('');
  const [sign, setSign] = useState<Sign>('=');
  const [value, setValue] = useState('');
  const name = subject === kProperty ? `properties.${key}` : subject;
  const filter = readFilter(textOf({name, sign, value}));
  const isNumber = sign === '>' || sign === '<';
  const isCounted = subject === kProperty || isDimension(subject);
  const suggested = useValues(place, sign === '?' || isNumber || !isCounted ? null : name, value);
  const signs = Object.entries(kSigns).filter(([one]) => subject !== kAllText || one === '~=');
  const choose = (chosen: string) => {
    setSubject(chosen);
    if (chosen === kAllText) setSign('~=');
  };

  const onSubmit = (event: Event) => {
    event.preventDefault();
    if (filter === null) return;
    onClose();
    go(hrefOf(withAddedFilter(place, filter), path));
  };
  return (
    <Dialog title="Add a filter" onClose={onClose}>
      <form class="fields" onSubmit={onSubmit}>
        <label>Of
          <select class="field" value={subject}
                  onChange={(event) => choose(event.currentTarget.value)}>
            {kDimensions.map((one) => <option value={one}>{kDimensionTitles[one]}</option>)}
            <option value={kProperty}>Property …</option>
            {Object.entries(kTextTitles).map(([one, title]) => <option value={one}>{title}</option>)}
          </select>
        </label>
        {subject === kProperty && (
          <label>Key
            <input class="field" required value={key} autocomplete="off" spellcheck={false}
                   onInput={(event) => setKey(event.currentTarget.value)} />
          </label>
        )}
        <label>Comparison
          <select class="field" value={sign}
                  onChange={(event) => setSign(event.currentTarget.value as Sign)}>
            {signs.map(([one, text]) => <option value={one}>{text}</option>)}
          </select>
        </label>
        {sign !== '?' && (
          <label>{isNumber ? 'Number' : 'Value; empty is none'}
            <input class="field" value={value} list="values" autocomplete="off" spellcheck={false}
                   inputMode={isNumber ? 'decimal' : 'text'}
                   onInput={(event) => setValue(event.currentTarget.value)} />
            <datalist id="values">
              {suggested.map((one) => (
                <option value={one}>{dimensionValue(name, one)}</option>
              ))}
            </datalist>
          </label>
        )}
        <button class="button-main" disabled={filter === null}>Add</button>
      </form>
    </Dialog>
  );
}

// The most frequent values that contain what is typed. A null name has none.
function useValues(place: Place, name: string | null, part: string): string[] {
  const [values, setValues] = useState<string[]>([]);
  useEffect(() => {
    setValues([]);
    if (name === null || name === 'properties.') return;
    const stop = new AbortController();
    const asked = {dimension: name, limit: kSuggested, search: part || undefined};
    const timer = setTimeout(() => {
      get('/stats/top', {...queryOf(place, Date.now()), ...asked}, stop.signal).then(
          ({rows}) => setValues(rows.map((row) => row.value).filter((one) => one !== '')),
          () => {});  // One types without suggestions, then.
    }, 150);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [name, part]);
  return values;
}
