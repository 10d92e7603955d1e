const place = 'dual-id-key';

/** The event of the window when another key was given. */
export const keyChanged = 'keychanged';

/** The headers of every request to the API: its key, once somebody has given one. */
export function apiHeaders(): Readonly<Record<string, string>> {
  const key = sessionStorage.getItem(place);
  return {
    accept: 'application/json',
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
  };
}

/** Keeps a key for this tab alone; it ends with the tab. */
export function useKey(key: string): void {
  sessionStorage.setItem(place, key);
  dispatchEvent(new Event(keyChanged));
}
