// What the page script gives a page. Beside your sources, or in "types" of your tsconfig.json.

interface Penstock {
  /**
   * Sends an event, with the page's address and the visit. Never throws. A name that is empty or
   * white space alone is no event. What of `properties` is no JSON is left out.
   */
  track(name: string, properties?: Record<string, unknown>): void;
  /** True once the script runs. */
  readonly loaded: true;
}

interface Window {
  /** Absent until the script has run, and where it was blocked: `window.penstock?.track("signup")`. */
  penstock?: Penstock;
}
