import { unshowable } from './unshowable.js';

type Show = (value: unknown) => unknown;

/** What a view shows of the values of a column type; undefined where JSON holds all of them. */
export function jsonFormOf(type: string, isList: boolean): Show | undefined {
  const form = forms[type];
  return form && isList ? listForm(form) : form;
}

/** Infinity is no moment but has a name; a year beyond 275760 is more than a `Date` can hold. */
export const momentForm: Show = (value) => {
  if (value === Infinity) return 'infinity';
  if (value === -Infinity) return '-infinity';
  return value instanceof Date && Number.isNaN(value.getTime()) ? unshowable : value;
};

/** JSON has no NaN and no infinity: a serializer writes null, and so the schema has it. */
const floatForm: Show = (value) => (Number.isFinite(Number(value)) ? value : null);

/** A number of an application's own SQL, whose schema is the application's own as well. */
export const numberForm: Show = (value) =>
  typeof value === 'number' && !Number.isFinite(value) ? unshowable : value;

const forms: Readonly<Record<string, Show>> = {
  real: floatForm,
  'double precision': floatForm,
  'timestamp with time zone': momentForm,
  'timestamp without time zone': momentForm,
};

function listForm(form: Show): Show {
  return (value) => {
    if (!Array.isArray(value)) return value;
    const items = value.map((item) => form(item));
    return items.includes(unshowable) ? unshowable : items;
  };
}
