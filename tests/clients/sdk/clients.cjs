// Sends a few events by the SDKs of other products, each with its host and key alone set: by all of
// them, or by those that the arguments name.
"use strict";

const {createRequire} = require("node:module");
const path = require("node:path");

const [folder, host, port, happened, ...only] = process.argv.slice(2);
// Not among the arguments, which some SDKs report with an error.
const key = process.env.KEY;
const load = createRequire(path.join(folder, "package.json"));
const origin = `http://${host}:${port}`;
const HAPPENED = new Date(Number(happened));
const TEXT = "Grüße, 東京 🚀 a+b&c=d%20";
const NESTED = {list: [1, 2.5, true, {deep: TEXT}], empty: []};

const called = (start) => new Promise((resolve, reject) => {
  start((error, value) => (error ? reject(error) : resolve(value)));
});

class OrderFailed extends Error {
  constructor(message) {
    super(message);
    this.name = "OrderFailed";
  }
}
const failure = (sdk) => new OrderFailed(`${sdk}: ${TEXT}`);

const openTelemetry = async (exporterPackage) => {
  const {LoggerProvider, BatchLogRecordProcessor} = load("@opentelemetry/sdk-logs");
  const {OTLPLogExporter} = load(exporterPackage);
  const exporter = new OTLPLogExporter({url: `${origin}/v1/logs`,
    headers: {Authorization: `Bearer ${key}`}});
  const provider = new LoggerProvider({processors: [new BatchLogRecordProcessor({exporter})]});
  const logger = provider.getLogger("shop", "1.0");
  logger.emit({eventName: "Bought", severityNumber: 9, severityText: "INFO", body: TEXT,
    timestamp: HAPPENED, observedTimestamp: HAPPENED,
    attributes: {text: TEXT, nested: NESTED, "user.id": "user-1"}});
  logger.emit({severityNumber: 17, severityText: "ERROR", body: "failed", timestamp: HAPPENED,
    observedTimestamp: HAPPENED, attributes: {"exception.type": "OrderFailed",
      "exception.message": `otlp: ${TEXT}`, "exception.stacktrace": failure("otlp").stack}});
  await provider.forceFlush();
  await provider.shutdown();
};

const clients = {
  async mixpanel() {
    const client = load("mixpanel").init(key, {host: `${host}:${port}`, protocol: "http"});
    await called((done) => client.track("Bought", {
      distinct_id: "user-1", $insert_id: "mixpanel-1", time: HAPPENED, text: TEXT, nested: NESTED,
    }, done));
    await called((done) => client.people.set("user-1", {plan: "pro"}, done));
    await called((done) => client.track_batch([
      {event: "Batch", properties: {distinct_id: "user-1", text: TEXT}},
      {event: "Batch", properties: {distinct_id: "user-1", n: 2}},
    ], done));
  },

  async segment() {
    const {Analytics} = load("@segment/analytics-node");
    const client = new Analytics({writeKey: key, host: origin, path: "/v1/batch"});
    client.track({userId: "user-1", event: "Bought", timestamp: HAPPENED, messageId: "segment-1",
      properties: {text: TEXT, nested: NESTED}});
    client.page({anonymousId: "anon-1", name: "Pricing",
      context: {page: {url: "https://shop.example/pricing"}}});
    client.identify({userId: "user-1", traits: {plan: "pro"}});
    await client.closeAndFlush();
  },

  async rudderstack() {
    const Analytics = load("@rudderstack/rudder-sdk-node");
    const client = new (Analytics.default ?? Analytics)(key, {dataPlaneUrl: origin, flushAt: 1});
    client.track({userId: "user-1", event: "Rudder", properties: {text: TEXT}});
    await called((done) => client.flush((error) => done(error)));
  },

  async posthog() {
    const {PostHog} = load("posthog-node");
    const client = new PostHog(key, {host: origin, flushAt: 20});
    client.capture({distinctId: "user-1", event: "Bought", timestamp: HAPPENED,
      properties: {text: TEXT, nested: NESTED}});
    client.captureException(failure("posthog"), "user-1");
    await client.shutdown();
  },

  async amplitude() {
    const amplitude = load("@amplitude/analytics-node");
    await amplitude.init(key, {serverUrl: `${origin}/2/httpapi`,
      flushIntervalMillis: 50}).promise;
    await amplitude.track("Bought", {text: TEXT, nested: NESTED},
      {user_id: "user-1", insert_id: "amplitude-1", time: HAPPENED.getTime()}).promise;
  },

  async rollbar() {
    const Rollbar = load("rollbar");
    const client = new Rollbar({accessToken: key, endpoint: `${origin}/api/1/item/`,
      environment: "production", captureUncaught: false});
    await called((done) => client.error(failure("rollbar"), {nested: NESTED}, done));
  },

  async sentry() {
    const sentry = load("@sentry/node");
    sentry.init({dsn: `http://${key}@${host}:${port}/42`, release: "shop@1"});
    sentry.setUser({id: "user-1"});
    sentry.captureException(failure("sentry"));
    if (!await sentry.flush(20_000)) throw new Error("sentry did not deliver");
  },

  async bugsnag() {
    const Bugsnag = load("@bugsnag/node");
    const client = (Bugsnag.default ?? Bugsnag).start({apiKey: key, autoTrackSessions: false,
      logger: null, endpoints: {notify: `${origin}/notify`, sessions: `${origin}/sessions`}});
    await called((done) => client.notify(failure("bugsnag"), () => {}, done));
  },

  async raygun() {
    const client = new (load("raygun").Client)().init({apiKey: key, host, port: Number(port),
      useSSL: false});
    await client.send(failure("raygun"));
  },

  async airbrake() {
    const {Notifier} = load("@airbrake/node");
    const client = new Notifier({projectId: 105, projectKey: key, host: origin,
      remoteConfig: false, performanceStats: false});
    const notice = await client.notify(failure("airbrake"));
    if (notice.error) throw notice.error;
    if (!/^[0-9a-f-]{32,36}$/.test(notice.id)) throw new Error(`airbrake's id is ${notice.id}`);
    client.close();
  },

  async snowplow() {
    const {newTracker, buildStructEvent} = load("@snowplow/node-tracker");
    await new Promise((resolve, reject) => {
      const tracker = newTracker({namespace: "kit", appId: key}, {endpoint: host,
        port: Number(port), protocol: "http", bufferSize: 1, onRequestSuccess: resolve,
        // It keeps what failed for its next request.
        onRequestFailure: ({willRetry}) => (willRetry ? tracker.flush()
          : reject(new Error("snowplow did not deliver")))});
      tracker.setUserId("user-1");
      tracker.track(buildStructEvent({category: "shop", action: "Bought", label: TEXT}));
    });
  },

  async matomo() {
    const Tracker = load("matomo-tracker");
    const client = new (Tracker.default ?? Tracker)(7, `${origin}/matomo.php`);
    const delivered = new Promise((resolve, reject) => {
      client.on("error", reject);
      client.track({url: "https://shop.example/", action_name: TEXT, uid: "user-1",
        token_auth: key});
      client.trackBulk([{url: "https://shop.example/a", e_c: "Shop", e_a: "Bought",
        token_auth: key}], resolve);
    });
    await delivered;
  },

  async umami() {
    const {Umami} = load("@umami/node");
    const client = new Umami({websiteId: key, hostUrl: origin});
    const answer = await client.track({url: "https://shop.example/", name: "Bought",
      data: {text: TEXT}});
    if (answer.status !== 200) throw new Error(`umami was answered ${answer.status}`);
  },

  async cloudevents() {
    const {CloudEvent, Mode, emitterFor, httpTransport} = load("cloudevents");
    const transport = httpTransport(`${origin}/cloudevents?key=${key}`);
    for (const mode of [Mode.BINARY, Mode.STRUCTURED]) {
      await emitterFor(transport, {mode})(new CloudEvent({id: `cloudevents-${mode}`, type: "Bought",
        source: "/shop", subject: "order-1", time: HAPPENED.toISOString(),
        data: {text: TEXT, nested: NESTED}}));
    }
  },

  otlpHttp: () => openTelemetry("@opentelemetry/exporter-logs-otlp-http"),
  otlpProto: () => openTelemetry("@opentelemetry/exporter-logs-otlp-proto"),
};

(async () => {
  for (const [name, send] of Object.entries(clients)) {
    if (only.length > 0 && !only.includes(name)) continue;
    try {
      await send();
    } catch (error) {
      console.error(`${name}: ${error.stack ?? JSON.stringify(error)}`);
      process.exitCode = 1;
    }
  }
  process.exit();
})();
