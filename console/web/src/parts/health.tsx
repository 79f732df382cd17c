// What is wrong just now, above a page that does not ask for it itself.
import {get} from '../api';
import {usePoll} from '../poll';
import {HealthStrip, isWell} from './health_strip';

export function Health() {
  const queue = usePoll('queue', (signal) => get('/queue', {}, signal)).data;
  const programs = usePoll('programs', (signal) => get('/system/programs', {}, signal)).data;
  if (isWell({queue, programs})) return null;
  return <div class="view view-above"><HealthStrip queue={queue} programs={programs} /></div>;
}
