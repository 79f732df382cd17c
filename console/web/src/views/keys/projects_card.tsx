// Projects: made by their first key, or by their first event.
import {get} from '../../api';
import {count, visible} from '../../format';
import {CardBody} from '../../parts/card';
import {Link} from '../../parts/link';
import {hrefOf, readPlace} from '../../place';
import {usePoll} from '../../poll';

export function ProjectsCard() {
  const projects = usePoll('projects', (signal) => get('/projects', {}, signal));
  return (
    <section class="card letters people" aria-labelledby="projects-title">
      <header class="card-head"><h2 id="projects-title">Projects</h2></header>
      <CardBody polled={projects}>{(data) => data.projects.length === 0 ?
        <p class="card-empty">None. A project is made by its first key.</p> :
        <ul>{data.projects.map(({name, keys, events}) => (
          <li key={name}>
            <p class="letter-head">
              <Link href={hrefOf({...readPlace(''), project: name})}>{visible(name)}</Link>
            </p>
            <p class="letter-note">
              {keys} {keys === 1 ? 'key' : 'keys'}, {count(events)}{' '}
              {events === 1 ? 'event' : 'events'} in 30 days
            </p>
          </li>
        ))}</ul>}
      </CardBody>
    </section>
  );
}
