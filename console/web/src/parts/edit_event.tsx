// A stored event's members, to be changed. What the form leaves as it was is not sent; properties go
// as the text that was typed, so that their numbers stay as they are.
import {useState} from 'preact/hooks';

import {ApiError, patchEvent} from '../api';
import * as format from '../format';
import {members, pretty} from '../json_text';

interface Props {
  id: string;
  event: string;  // JSON.
  onDone: () => void;
  onCancel: () => void;
}

const kTexts = ['name', 'url', 'referrer', 'user_id', 'anonymous_id', 'session_id'];
const kKinds = ['event', 'page', 'error', 'identify', 'group', 'log', 'metric', 'span'];

export function EditEvent({id, event, onDone, onCancel}: Props) {
  const before = Object.fromEntries(members(event));
  const textBefore = (name: string): string => JSON.parse(before[name] ?? '""');
  const propertiesBefore = pretty(before.properties ?? '{}');
  const [texts, setTexts] = useState<Record<string, string>>(
      () => Object.fromEntries([...kTexts, 'kind'].map((name) => [name, textBefore(name)])));
  const [properties, setProperties] = useState(propertiesBefore);
  const [fault, setFault] = useState('');
  const [isBusy, setBusy] = useState(false);
  const change = (name: string, text: string) => setTexts({...texts, [name]: text});
  const changed = Object.keys(texts).filter((name) => texts[name] !== textBefore(name));
  const hasProperties = properties !== propertiesBefore;

  const save = async (submit: Event) => {
    submit.preventDefault();
    const parts = changed.map((name) => `${JSON.stringify(name)}:${JSON.stringify(texts[name])}`);
    if (hasProperties) {
      const why = objectFault(properties);
      if (why !== '') return setFault(why);
      parts.push(`"properties":${properties}`);
    }
    setBusy(true);
    setFault('');
    try {
      await patchEvent(id, `{${parts.join(',')}}`);
      onDone();
    } catch (error) {
      setBusy(false);
      const isRefused = error instanceof ApiError && error.status === 422;
      setFault(`${isRefused ? 'It cannot be stored so: ' : ''}${
        format.sentence(String((error as Error).message))} Nothing was changed.`);
    }
  };
  return (
    <form class="fields" onSubmit={save}>
      {kTexts.slice(0, 1).map(field)}
      <label>
        kind
        <select class="field" value={texts.kind}
                onChange={(input) => change('kind', input.currentTarget.value)}>
          {kKinds.map((kind) => <option key={kind}>{kind}</option>)}
        </select>
      </label>
      {kTexts.slice(1).map(field)}
      <label>
        properties
        <textarea class="field message-text" spellcheck={false} value={properties}
                  aria-describedby="event-fault"
                  onInput={(input) => setProperties(input.currentTarget.value)} />
      </label>
      <p id="event-fault" role="alert" class={fault === '' ? 'aside' : ''}>{fault}</p>
      <p class="box-acts">
        <button type="button" class="button" onClick={onCancel}>Back</button>
        <button type="submit" class="button-main apart"
                disabled={isBusy || (changed.length === 0 && !hasProperties)}>
          Save
        </button>
      </p>
    </form>
  );

  function field(name: string) {
    return (
      <label key={name}>
        {name}
        <input class="field" value={texts[name]} autocomplete="off" spellcheck={false}
               onInput={(input) => change(name, input.currentTarget.value)} />
      </label>
    );
  }
}

// "" for the text of one JSON object: only such a text may stand in another's.
function objectFault(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return '';
    return 'properties: expected a JSON object, { … }.';
  } catch (error) {
    return `properties: no valid JSON: ${String((error as Error).message)}.`;
  }
}
