// Errors by groups: the list, or the one that the address names.
import {usePath, usePlace, useSearch} from '../place';
import {readErrorPlace} from '../error_place';
import type {ViewProps} from '../pages';
import {ErrorList} from './errors/list';
import {ErrorGroupView} from './errors/group';

export function Errors({role}: ViewProps) {
  const place = usePlace();
  const errors = readErrorPlace(usePath(), useSearch());
  return errors.id === null ? <ErrorList place={place} errors={errors} role={role} /> :
                              <ErrorGroupView key={errors.id} place={place} errors={errors} />;
}
