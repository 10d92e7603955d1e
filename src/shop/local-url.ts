/** Nest returns `http://[::1]:3000` or `http://127.0.0.1:3000`; people type localhost. */
export function localUrl(url: string): string {
  return url.replace(/\/\/(?:\[::1?\]|127\.0\.0\.1|0\.0\.0\.0)(?=:|$)/, '//localhost');
}
