// In the place of a page that there is not, or that is not open to who asks for it.
import {Notice} from '../parts/notice';
import {go} from '../place';

export const NoPage = () => (
  <div class="view">
    <div class="toolbar"><h1>Not found</h1></div>
    <Notice kind="stale" title="There is no such page, or it is not open to you."
            action={{text: 'Overview', run: () => go('/')}}>
      An administrator says who sees what, at People.
    </Notice>
  </div>
);
