// Sends a page view, an event, a person and an error by the browser SDKs of other products, as far
// as each can, with its host and key alone set, and what would ask a third host turned off. Bundled
// by esbuild; a page loads it and calls send(NAME, ORIGIN, KEY).
const TEXT = 'Grüße, 東京 🚀 a+b&c=d%20';
const NESTED = {list: [1, 2.5, true, {deep: TEXT}], empty: []};

const called = (start) => new Promise((resolve) => start(resolve));

class OrderFailed extends Error {
  constructor(sdk) {
    super(`${sdk} ${TEXT}`);  // Rollbar cuts a message at ": ".
    this.name = 'OrderFailed';
  }
}

const clients = {
  async mixpanel(origin, key) {
    const {default: mixpanel} = await import('mixpanel-browser');
    const now = {send_immediately: true};
    mixpanel.init(key, {api_host: origin});
    await called((done) => mixpanel.track('mixpanel view', {page: 1}, now, done));
    mixpanel.identify('user-1');
    await called((done) => mixpanel.track('Bought', {text: TEXT, nested: NESTED}, now, done));
    await called((done) => mixpanel.people.set({plan: 'pro'}, done));
  },

  async posthog(origin, key) {
    const {default: posthog} = await import('posthog-js');
    posthog.init(key, {api_host: origin});
    posthog.identify('user-1', {plan: 'pro'});
    posthog.capture('Bought', {text: TEXT, nested: NESTED});
    posthog.captureException(new OrderFailed('posthog'));
  },

  async amplitude(origin, key) {
    const amplitude = await import('@amplitude/analytics-browser');
    await amplitude.init(key, 'user-1',
        {serverUrl: `${origin}/2/httpapi`, fetchRemoteConfig: false}).promise;
    amplitude.identify(new amplitude.Identify().set('plan', 'pro'));
    const delivered = amplitude.track('Bought', {text: TEXT, nested: NESTED}).promise;
    await amplitude.flush().promise;
    await delivered;
  },

  async sentry(origin, key) {
    const sentry = await import('@sentry/browser');
    sentry.init({dsn: `${origin.replace('//', `//${key}@`)}/42`});
    sentry.setUser({id: 'user-1'});
    sentry.captureException(new OrderFailed('sentry'), {extra: {nested: NESTED}});
    if (!await sentry.flush(20_000)) throw new Error('sentry did not deliver');
  },

  async rollbar(origin, key) {
    const {default: Rollbar} = await import('rollbar');
    const client = new Rollbar({accessToken: key, endpoint: `${origin}/api/1/item/`});
    client.configure({payload: {person: {id: 'user-1'}}});
    await called((done) => client.error(new OrderFailed('rollbar'), {nested: NESTED}, done));
  },

  async raygun(origin, key) {
    await import('raygun4js');
    const {rg4js} = window;
    rg4js('apiKey', key);
    rg4js('options', {apiEndpoint: origin});
    rg4js('enableCrashReporting', true);
    rg4js('setUser', {identifier: 'user-1', isAnonymous: false});
    rg4js('boot');
    rg4js('send', {error: new OrderFailed('raygun'), customData: {nested: NESTED}});
  },

  async airbrake(origin, key) {
    const {Notifier} = await import('@airbrake/browser');
    const client = new Notifier({projectId: 105, projectKey: key, host: origin,
      remoteConfigHost: origin});
    client.addFilter((notice) => ({...notice,
      context: {...notice.context, user: {id: 'user-1'}}}));
    const notice = await client.notify({error: new OrderFailed('airbrake'),
      params: {nested: NESTED}});
    if (notice.error) throw notice.error;
  },

  async bugsnag(origin, key) {
    const {default: Bugsnag} = await import('@bugsnag/browser');
    const client = Bugsnag.start({apiKey: key, logger: null,
      endpoints: {notify: `${origin}/notify`, sessions: `${origin}/sessions`}});
    client.setUser('user-1');
    await called((done) => client.notify(new OrderFailed('bugsnag'), (event) => {
      event.addMetadata('order', {nested: NESTED});
    }, done));
  },

  async segment(origin, key) {
    const {AnalyticsBrowser} = await import('@segment/analytics-next');
    const client = AnalyticsBrowser.load({writeKey: key, cdnURL: origin}, {integrations: {
      'Segment.io': {apiHost: `${origin.replace(/^.*\/\//, '')}/v1`, protocol: 'http'}}});
    await client.page('Pricing');
    await client.identify('user-1', {plan: 'pro'});
    await client.track('Bought', {text: TEXT, nested: NESTED});
  },

  async plausible(origin, key) {
    const {default: Plausible} = await import('plausible-tracker');
    const client = Plausible({domain: key, apiHost: origin, trackLocalhost: true});
    client.trackPageview();
    await called((done) => client.trackEvent('Bought', {props: {text: TEXT}, callback: done}));
  },

  async plausible_tracker(origin, key) {
    const {init, track} = await import('@plausible-analytics/tracker');
    init({domain: key, endpoint: `${origin}/api/event`, captureOnLocalhost: true});
    await called((done) => track('Bought too', {props: {text: TEXT}, callback: done}));
  },

  async snowplow(origin, key) {
    const {newTracker, setUserId, trackPageView, trackStructEvent, trackSelfDescribingEvent} =
        await import('@snowplow/browser-tracker');
    await new Promise((resolve, reject) => {
      let left = 3;
      newTracker('kit', origin, {appId: key,
        onRequestSuccess: (batch) => { if ((left -= batch.length) <= 0) resolve(); },
        onRequestFailure: () => reject(new Error('snowplow did not deliver'))});
      setUserId('user-1');
      trackPageView();
      trackStructEvent({category: 'shop', action: 'Bought', label: TEXT});
      trackSelfDescribingEvent({event: {schema: 'iglu:com.shop/order/jsonschema/1-0-0',
        data: {text: TEXT, nested: NESTED}}});
    });
  },

  async ga4(origin, key) {
    const {default: {track}} = await import('@minimal-analytics/ga4');
    window.minimalAnalytics = {analyticsEndpoint: `${origin}/g/collect`};
    track(key, {type: 'page_view'});
    track(key, {type: 'Bought', event: {'ep.text': TEXT}});
  },
};

window.send = (name, origin, key) => clients[name](origin, key);
