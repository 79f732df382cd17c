// What is asked about a key.
import type {Key, Keys} from 'model';

export function ProjectField({keys}: {keys: Keys | null}) {
  const names = [...new Set((keys?.keys ?? []).map((key) => key.project))].sort();
  return (
    <label>
      Project
      <input class="field" name="project" list="projects" maxLength={64} autocomplete="off" required
             autofocus placeholder="shop" />
      <datalist id="projects">{names.map((name) => <option key={name} value={name} />)}</datalist>
      <span class="hint">One that is not there yet is made by this.</span>
    </label>
  );
}

export function NameField({value}: {value?: string | undefined}) {
  return (
    <label>
      Name
      <input class="field" name="name" maxLength={80} autocomplete="off" value={value}
             placeholder="What it is for" />
    </label>
  );
}

export function KindField() {
  return (
    <label>
      Kind
      <select class="field" name="kind">
        <option value="public">Public: in pages and apps</option>
        <option value="server">Server-side: its events say address, agent and time</option>
      </select>
    </label>
  );
}

export function RuleFields({of: key}: {of?: Key | undefined}) {
  const isBound = key !== undefined;
  return (
    <details open={isBound}>
      <summary>What it is bound to</summary>
      <div class="fields">
        <label>
          Events a minute
          <input class="field" name="quota" type="number" min={0} max={1_000_000_000}
                 inputMode="numeric" placeholder="As many as come"
                 value={key && key.events_a_minute > 0 ? key.events_a_minute : ''} />
        </label>
        <label>
          Pages it is for
          <textarea class="field" name="origins" rows={2} spellcheck={false}
                    placeholder="https://shop.example https://*.shop.example"
                    value={key?.origins.join('\n')} />
        </label>
        <label>
          Networks it is for
          <textarea class="field" name="addresses" rows={2} spellcheck={false}
                    placeholder="203.0.113.0/24" value={key?.addresses.join('\n')} />
        </label>
      </div>
    </details>
  );
}
