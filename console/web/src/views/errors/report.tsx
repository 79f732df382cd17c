// One event of a group as a person reads it: the stack, what caused it, and what was before.
import {useEffect, useMemo, useState} from 'preact/hooks';

import {ApiError, getText} from '../../api';
import {type Crumb, folded, type Frame, type Report, reportOf} from '../../error_text';
import * as format from '../../format';
import {CopyButton} from '../../parts/copy_button';
import {Link} from '../../parts/link';

interface Props {
  id: string;
  isNewest: boolean;
  hrefOfEvent: (id: string) => string;
}

export function ReportCard({id, isNewest, hrefOfEvent}: Props) {
  const [json, setJson] = useState<string | null>(null);
  const [error, setError] = useState('');
  useEffect(() => {
    const stop = new AbortController();
    setError('');
    getText('/events/{id}', {id}, stop.signal).then(setJson, (failure) => {
      if (stop.signal.aborted) return;
      const isGone = failure instanceof ApiError && failure.status === 404;
      setJson(null);
      setError(isGone ? 'This event is not in the store any more.' :
                        format.sentence(String(failure.message)));
    });
    return () => stop.abort();
  }, [id]);
  const report = useMemo(() => json === null ? null : reportOf(json), [json]);
  return (
    <section class="card err-report" aria-labelledby="report-title">
      <header class="card-head">
        <h2 id="report-title">{isNewest ? 'Newest event' : 'Event'}</h2>
        <div class="card-tools">
          {report && report.frames.length > 0 && <CopyButton text={stackText(report)} />}
          <Link class="button" href={hrefOfEvent(id)}>All of it</Link>
        </div>
      </header>
      {error !== '' && <p class="card-empty" role="alert">{error}</p>}
      {error === '' && report === null && <p class="card-empty">Loading …</p>}
      {report && (
        <div class="err-parts">
          <p class="err-said"><strong>{format.visible(report.className)}</strong>{
            report.message !== '' && `: ${format.visible(report.message)}`}</p>
          <Stack frames={report.frames} />
          <Causes causes={report.causes} />
          <Facts facts={report.facts} />
          <Crumbs crumbs={report.crumbs} />
        </div>
      )}
    </section>
  );
}

function Stack({frames}: {frames: Frame[]}) {
  if (frames.length === 0) return <p class="hint">It came without a stack.</p>;
  return (
    <div role="group" aria-label="Stack, innermost first">
      <h3>Stack, innermost first</h3>
      {folded(frames).map((run, i) => run.isOwn ?
        <Frames key={i} frames={run.frames} /> :
        <details key={i} class="err-fold">
          <summary>{run.frames.length === 1 ? '1 frame of others' :
            `${format.count(run.frames.length)} frames of others`}</summary>
          <Frames frames={run.frames} />
        </details>)}
    </div>
  );
}

function Frames({frames}: {frames: Frame[]}) {
  return (
    <ol class="err-frames">{frames.map((frame, i) => (
      <li key={i} class={frame.isOwn ? 'err-own' : ''}>
        <code>{frame.function === '' ? '(no name)' : format.visible(frame.function)}</code>{' '}
        <span class="hint">{format.visible(frame.file)}{frame.line !== '' && `:${frame.line}`}</span>
      </li>
    ))}</ol>
  );
}

const stackText = ({className, message, frames}: Report) =>
    [message === '' ? className : `${className}: ${message}`,
     ...frames.map((frame) => `    at ${frame.function || '(no name)'} (${frame.file}${
       frame.line === '' ? '' : ':' + frame.line})`)].join('\n');

function Causes({causes}: {causes: Report['causes']}) {
  if (causes.length === 0) return null;
  return (
    <div>
      <h3>Caused by</h3>
      <ol class="err-causes">{causes.map((cause, i) => (
        <li key={i}><strong>{format.visible(cause.className)}</strong>{
          cause.message !== '' && `: ${format.visible(cause.message)}`}</li>
      ))}</ol>
    </div>
  );
}

function Facts({facts}: {facts: Report['facts']}) {
  if (facts.length === 0) return null;
  return (
    <dl class="members">{facts.map(([name, text]) => (
      <div key={name}><dt>{name}</dt><dd>{format.visible(text)}</dd></div>
    ))}</dl>
  );
}

const kCrumbsShown = 100;

function Crumbs({crumbs}: {crumbs: Crumb[]}) {
  if (crumbs.length === 0) return null;
  const shown = crumbs.slice(-kCrumbsShown).reverse();
  return (
    <div>
      <h3>Breadcrumbs, newest first</h3>
      <ol class="err-crumbs">{shown.map((crumb, i) => (
        <li key={i}>
          <span class="hint">{crumb.time}</span>
          <span class="err-kind">{format.visible(crumb.kind)}</span>
          <span>{format.visible(crumb.text)}</span>
        </li>
      ))}</ol>
      {crumbs.length > shown.length && (
        <p class="hint">{format.count(crumbs.length - shown.length)} older ones are in all of the
          event.</p>
      )}
    </div>
  );
}
