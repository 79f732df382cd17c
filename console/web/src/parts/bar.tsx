// What every page of data asks by, in one place: project, range, step, zone, bots and comparison.
import {useEffect, useState} from 'preact/hooks';

import {get} from '../api';
import * as format from '../format';
import {type Bots, go, hrefOf, type Place, stepOf, withRange} from '../place';
import {kCalendarRanges, kSteps, type Span, stepsFor} from '../ranges';
import {ownProjects} from '../rights';
import type {Zone} from '../zone';
import {RangePicker} from './range_picker';
import {Choice} from './choice';
import {laterOver} from './later';

const CustomRange = laterOver(() => import('./custom_range').then((part) => part.CustomRange));

interface Props {
  place: Place;
  path?: string;
  isOfNow?: boolean;  // There is no range.
  isShort?: boolean;  // Neither steps nor bots nor what was before are asked for.
}

export function Bar({place, path = '/', isOfNow = false, isShort = false}: Props) {
  const [isChoosing, setChoosing] = useState(false);
  const to = (changed: Partial<Place>) => go(hrefOf({...place, ...changed}, path));
  const onRange = (name: string) => {
    if (name === 'custom') return setChoosing(true);
    const range = kCalendarRanges.find((one) => one.name === name);
    if (range) go(hrefOf(withRange(place, range), path));
  };
  const isListed = kCalendarRanges.includes(place.range);
  return (
    <div class="bar-of-view" role="group" aria-label="What is asked">
      <ProjectChoice place={place} onChange={(project) => to({project})} />
      {!isOfNow && (
        <>
          <RangePicker place={place} path={path} />
          <Choice label="Other range" value={isListed ? place.range.name : ''} onChange={onRange}
                  options={[
                    ...(isListed ? [] : [{value: '', label: spanText(place.custom)}]),
                    ...kCalendarRanges.map(({name, label}) => ({value: name, label})),
                    {value: 'custom', label: 'From … to …'},
                  ]} />
          {!isShort && (
            <Choice label="Step" value={stepOf(place)}
                    onChange={(step) => to({step: step === place.range.step ? null : step})}
                    options={stepsFor(place.range.seconds).map(
                        (step) => ({value: step, label: `by ${kSteps[step]!.label}`}))} />
          )}
        </>
      )}
      <Choice label="Time zone" value={place.zone} onChange={(zone) => to({zone: zone as Zone})}
              options={[{value: 'local', label: 'Local time'}, {value: 'utc', label: 'UTC'}]} />
      {!isShort && (
        <Choice label="Bots" value={place.bots} onChange={(bots) => to({bots: bots as Bots})}
                options={[
                  {value: '0', label: 'Without bots'},
                  {value: '1', label: 'With bots'},
                  {value: 'only', label: 'Bots alone'},
                ]} />
      )}
      {!isOfNow && !isShort && (
        <label class="tick">
          <input type="checkbox" checked={place.isCompared}
                 onChange={(event) => to({isCompared: event.currentTarget.checked})} />
          Compare
        </label>
      )}
      {isChoosing && (
        <CustomRange place={place} path={path} onClose={() => setChoosing(false)} />
      )}
    </div>
  );
}

// Of a chosen range its ends, so that they are seen, and "From … to …" can be chosen anew.
const spanText = (span: Span | null) => span === null ? 'Other range' :
    `${format.listTime(span.fromMs)} – ${format.listTime(span.toMs)}`;

// The projects of the last 30 days; nothing to choose where there is but one.
function ProjectChoice({place, onChange}: {place: Place, onChange: (project: string) => void}) {
  const own = ownProjects();
  const [projects, setProjects] = useState<string[]>(own ?? []);
  useEffect(() => {
    if (own !== null) return;
    const stop = new AbortController();
    const from = Math.floor(Date.now() / 86_400_000 - 30) * 86_400_000;
    const asked = {dimension: 'project', limit: 1000, from: String(from)};
    get('/stats/top', asked, stop.signal).then(
        ({rows}) => setProjects(rows.map((row) => row.value).filter((one) => one !== '').sort()),
        () => {});  // The page does without; what is wrong with the store its cards say.
    return () => stop.abort();
  }, []);
  const all = projects.includes(place.project) || place.project === '' ?
      projects : [...projects, place.project];
  if (all.length < 2 && (place.project === '' || own !== null)) return null;
  return (
    <Choice label="Project" value={place.project} onChange={onChange}
            options={[...(own === null ? [{value: '', label: 'All projects'}] : []),
                      ...all.map((one) => ({value: one, label: one}))]} />
  );
}
