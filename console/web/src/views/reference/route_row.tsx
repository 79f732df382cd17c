// One route: a row that opens to what it takes, what it answers, and a call of it.
import type {ComponentChildren} from 'preact';

import {
  type ApiRoute, curlOf, type OpenApi, type Parameter, type Row, rowsOf, type Schema, wordsOf,
} from '../../openapi';
import {CopyButton} from '../../parts/copy_button';

interface Props {
  route: ApiRoute;
  api: OpenApi;
  isOpen: boolean;
  onTurn: (isOpen: boolean) => void;
}

export function RouteRow({route, api, isOpen, onTurn}: Props) {
  const {anchor, method, path, operation} = route;
  return (
    <details id={anchor} class="ref-route" open={isOpen}
             onToggle={(event) => onTurn(event.currentTarget.open)}>
      <summary>
        <span class={`ref-method ref-${method.toLowerCase()}`}>{method}</span>{' '}
        <code>{path}</code>{' '}
        <span class="ref-summary">{operation.summary}</span>
      </summary>
      {isOpen && <Opened route={route} api={api} />}
    </details>
  );
}

function Opened({route, api}: {route: ApiRoute, api: OpenApi}) {
  const {anchor, operation, body, answer, failures} = route;
  const parameters = operation.parameters.filter((one) => one.in !== 'header');
  const headers = operation.parameters.filter((one) => one.in === 'header');
  const example = curlOf(route, api, location.origin);
  return (
    <div class="ref-body">
      <p class="hint">{whoMay(route)} <a href={`#${anchor}`}>Link to this</a></p>
      <div class="command">
        <pre aria-label="Example"><code>{example}</code></pre>
        <CopyButton text={example} />
      </div>
      {parameters.length > 0 && (
        <Part title={`Parameters (${parameters.length})`} isOpen={parameters.length < 8}>
          <Parameters all={parameters} api={api} />
        </Part>
      )}
      {headers.length > 0 && (
        <Part title={`Headers (${headers.length})`}><Parameters all={headers} api={api} /></Part>
      )}
      {body && <Part title="Body" isOpen><Members schema={body} api={api} isBody /></Part>}
      {answer ?
        <Part title={`Answer: ${answer.type}`}><Members schema={answer.schema} api={api} /></Part> :
        <p class="hint">Answers 204, without content.</p>}
      <Part title="Errors">
        <dl class="ref-errors">{failures.map(({status, text}) => (
          <div key={status}><dt><code>{status}</code></dt><dd>{text}</dd></div>
        ))}</dl>
      </Part>
    </div>
  );
}

function whoMay({operation, takesToken, isOpen}: ApiRoute): string {
  if (isOpen) return 'For anyone.';
  return `Least role: ${operation['x-least-role']}. ${
      takesToken ? 'A session or an API token.' : 'It takes a session: API tokens are refused.'}`;
}

function Part({title, isOpen = false, children}: {
  title: string,
  isOpen?: boolean,
  children: ComponentChildren,
}) {
  return <details class="ref-part" open={isOpen}><summary>{title}</summary>{children}</details>;
}

function Parameters({all, api}: {all: Parameter[], api: OpenApi}) {
  const rows = all.map(({name, required, description, schema}): Row => ({
    depth: 0, name, words: wordsOf(schema, api), text: description,
    mark: required ? 'required' : '',
  }));
  return <Rows rows={rows} />;
}

function Members({schema, api, isBody = false}: {schema: Schema, api: OpenApi, isBody?: boolean}) {
  const rows = rowsOf(schema, api, isBody);
  return (
    <>
      {schema.description && <p class="hint">{schema.description}</p>}
      {rows.length === 0 ? <p class="hint">{wordsOf(schema, api)}</p> : <Rows rows={rows} />}
    </>
  );
}

function Rows({rows}: {rows: Row[]}) {
  return (
    <ul class="ref-rows">{rows.map(({depth, name, words, text, mark}, i) => (
      <li key={i} class={`ref-depth-${depth}`}>
        <span class="ref-name">
          <code>{name}</code>{mark !== '' && <> <span class="badge">{mark}</span></>}
        </span>
        <span><span class="ref-words">{words}</span>{text !== '' && <><br />{text}</>}</span>
      </li>
    ))}</ul>
  );
}
