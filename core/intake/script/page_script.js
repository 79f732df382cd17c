// Page views, custom events, and what the script's tag asks for besides: see docs/page-script.md.
//
// It is sent without comments and long names, compressed, in 2,500 bytes at most: that is why some
// of it is terser than it might be. Members whose names end with "_" are seen by nobody else, and
// their names are shortened too.
(() => {
  // All keepalive bodies and beacons of a page may hold 64 KiB together.
  const leavingBytesMax = 65e3, batchBytesMax = 6e4, batchEventsMax = 1e3;
  // Of events that wait. What is beyond is dropped, and the next one tells how many were.
  const queueBytesMax = 4e6, eventBytesMax = 1e6;
  const waitMs = 100, retryMsMax = 15e4, retryAfterMsMax = 36e5;
  // One more than the intake keeps of an address, so that it says where it has cut one.
  const addressMax = 8193;
  // Of a page: what fails in a loop is told so often.
  const errorsMax = 20;

  try {
    let doc = document, {max, min, random} = Math;
    if (window.penstock?.loaded) return;

    // A module has no current script, but it knows where it runs from.
    let script = doc.currentScript;
    let [source, origin] =
      /(https?:\/\/[^/\s)]+)[^\s):?]*/.exec(script?.src || Error().stack);
    let data = (script ||
      [...doc.scripts].find(other => other.src.startsWith(source)))?.dataset || {};
    // Where the script is asked for by another name, the intake has that name for "/v1/events".
    let url = (data.api || origin).replace(/\/$/, "") + "/v1/events?partial=1&key=" +
      encodeURIComponent(data.key || "");

    let own = crypto.getRandomValues(new Uint32Array(4)).join("");
    let kept = url + " ", shelf = kept + own;
    let queue = [], saved = 0, held = 0, dropped = 0, count = 0, failures = 0;
    let batchMax = batchEventsMax, store, session, isRefused, flight, timer, gone;
    // The view that is shown: what tells it from others, its address, where it was come from.
    let path, address, here = location.href, last = doc.referrer;
    // Of that view: since when it is seen, how far down it was, in percent.
    let seenAt, depth = 0, errors = 0;

    // --- Events: texts that were made when they happened, so that a bad one harms no other.

    // An event is a String object: it has its size with it, and a list of them is JSON's text.
    let push = text => {
      let event = Object(text);
      event.bytes_ = new TextEncoder().encode(text).length;
      if (event.bytes_ > eventBytesMax || held + event.bytes_ > queueBytesMax) return !++dropped;
      held += event.bytes_;
      return queue.push(event);
    };
    let track = (name, props = {}) => {
      try {
        if (doc.prerendering) {  // Nobody sees it, and perhaps nobody will.
          return addEventListener("prerenderingchange", () => track(name, props), true);
        }
        name = String(name ?? "");
        if (!name.trim() || isRefused) return;
        let json;
        try {
          json = JSON.stringify(props, (key, value) =>
            typeof value === "bigint" ? value + "" : value) || "null";
        } catch (e) {
          json = JSON.stringify({penstock_error: e + ""});
        }
        // What is no object is the property "value"; null and [] are none.
        if (push('{"' + (/^({|\[]|n)/.test(json) ? "properties" : "value") + '":' + json + "," +
          JSON.stringify({
            penstock_dropped: dropped || undefined, referrer: last.slice(0, addressMax),
            kind: name === "error" ? name : undefined, name, session_id: session,
            id: own + count++, time: Date.now(), url: here.slice(0, addressMax)
          }).slice(1))) dropped = 0;
        gone ? leave() : later(waitMs);
      } catch {}
    };
    // What the script's tag asks for.
    let tell = (name, props) => {
      if (name in data) track(name, props);
    };

    // --- Sending: one request at a time; each event has an id, so a second try is stored once.

    let later = ms => {
      if (!timer && !flight) timer = setTimeout(send, ms);
    };
    // Takes what fits out of the queue, and at least `least` events.
    let take = (bytesMax, least) => {
      let batch = [];
      batch.bytes_ = 1;
      held = 0;
      queue = queue.filter(event => {
        if (batch.length < least ||
            batch.bytes_ + event.bytes_ < bytesMax && batch.length < batchMax) {
          batch.push(event);
          batch.bytes_ += event.bytes_ + 1;
        } else {
          return held += event.bytes_;
        }
      });
      return batch;
    };
    // Behind the others: what can never be sent stands in nobody's way.
    let putBack = batch => {
      queue = queue.concat(batch);
      held += batch.bytes_;
    };
    let send = async () => {
      timer = 0;
      if (flight || !queue.length) return;
      let batch = flight = take(batchBytesMax, 1);
      // What has failed may have failed for want of room.
      let keepalive = !failures && batch.bytes_ < leavingBytesMax;
      batch.leaves_ = keepalive && batch.bytes_;
      try {
        settle(batch, await fetch(url, {
          method: "POST", body: "[" + batch + "]", keepalive, credentials: "omit"
        }));
      } catch { settle(batch); }
    };
    let settle = (batch, answer) => {
      if (batch !== flight) return;  // Given up already.
      let status = answer?.status, ms = flight = 0;
      if (!status || /^5|408|429/.test(status)) {
        putBack(batch);
        ms = min(retryMsMax, 500 * 2 ** failures++) * (1 + random()) +
          min(retryAfterMsMax, answer?.headers.get("Retry-After") * 1e3 || 0);
      } else {
        failures = 0;
        if (status < 300) {
          batchMax = batchEventsMax;
        } else if (batch.length > 1 && /400|403|413|422/.test(status)) {
          batchMax = batch.length >> 1;  // Down to the one that is refused.
          putBack(batch);
        } else {
          dropped += batch.length;
        }
      }
      if (saved) save();
      later(ms);
    };

    // --- Leaving: what fits leaves with the page, the rest waits for the next page of this tab.

    let leave = () => {
      pause();
      let room = leavingBytesMax - (flight?.leaves_ | 0), sent;
      for (; room > 100 && !sent; room /= 2) {
        let batch = take(room, 0);
        try { sent = !batch.length || navigator.sendBeacon(url, "[" + batch + "]"); } catch {}
        // A beacon tells of no failure. Where the last request failed, its events are kept too.
        if (!sent || failures) putBack(batch);
      }
      save();
    };
    // As many as the browser takes.
    let save = () => {
      let events = !flight || flight.leaves_ ? queue : queue.concat(flight);
      try { delete store[shelf]; } catch { return; }
      for (saved = events.length; saved; saved >>= 1) {
        try {
          store[shelf] = JSON.stringify(events.slice(0, saved));
          return;
        } catch {}
      }
    };
    let recover = () => {
      if (saved && !store[shelf]) queue = queue.slice(saved);  // Another page took it.
      saved = 0;
      for (let key in store) if (key.startsWith(kept)) {
        let left = store[key];
        delete store[key];
        if (key !== shelf) JSON.parse(left).forEach(push);
      }
      later(waitMs);
    };

    // --- Views, and what is told where one ends or is hidden.

    let isHidden = () => doc.visibilityState === "hidden";
    let measure = () => {
      if ("scroll" in data) depth = max(depth, min(100,
        (scrollY + innerHeight) / doc.documentElement.scrollHeight * 100 | 0));
    };
    let pause = () => {
      if (!seenAt) return;
      tell("engagement", {ms: Date.now() - seenAt});
      seenAt = 0;
      depth || measure();
      tell("scroll", {percent: depth});
      depth = 0;
      if (observer) tellVitals();
    };
    let view = () => {
      let next = location.pathname + ("hash" in data ? location.hash : "");
      // A tab that was opened behind another one is viewed when it is first seen.
      if (path !== next && (path || !isHidden())) {
        pause();
        if (path) last = address;
        path = next;
        address = here = location.href;
        seenAt = Date.now();
        track("pageview");
      }
      here = location.href;
    };

    // --- Web vitals, of a page that was seen from its start. Told once, when its first view ends.
    // INP is the slowest interaction: what the metric is where there were fewer than fifty.

    let vitals, observer, shifts, shiftsUntil = 0, shiftsEnd;
    let note = entries => entries.forEach(entry => {
      let start = entry.startTime;
      if (entry.size) vitals.lcp = start | 0;
      else if (/-c/.test(entry.name)) vitals.fcp = start | 0;
      else if (entry.interactionId) vitals.inp = max(vitals.inp || 0, entry.duration);
      else if (entry.value && !entry.hadRecentInput) {
        // Shifts less than a second apart are one, for five seconds.
        if (start > shiftsUntil) shifts = 0, shiftsEnd = start + 5e3;
        shiftsUntil = min(start + 1e3, shiftsEnd);
        vitals.cls = max(vitals.cls, shifts += entry.value);
      }
    });
    let tellVitals = () => {
      note(observer.takeRecords());
      track("web_vital", vitals);
      observer = 0;
    };

    // --- What happens on the window.

    let click = event => {
      let nodes = event.composedPath(), link, props;
      let named = nodes.find(node => node.dataset?.penstock != null);
      let anchor = nodes.find(node => /^a(rea)?$/.test(node.localName) && node.href);
      try {
        link = new URL(anchor.href.baseVal || anchor.href, doc.baseURI);
        props = {href: link.href};
      } catch {}
      if (event.button > !!link) return;  // The middle one follows links.
      let name = named?.dataset.penstock.trim() || link?.host && (
        "download" in data && (anchor.attributes.download ||
          /\.(?!htm|php|asp)[a-z]\w{1,3}$/.test(link.pathname)) ? "download" :
        data.outbound !== "off" && link.host !== location.host && "outbound");
      if (name) track(name, props);
    };
    let fault = event => {
      let error = event.error || event.reason || event;
      // Not of a picture that does not load.
      if (event.target === window && errors++ < errorsMax) tell("error", {
        class: error.name, message: error.message || error + "", stack: error.stack
      });
    };
    let start = () => {
      try {
        isRefused = navigator.globalPrivacyControl || localStorage.penstock === "off";
        store = sessionStorage;
        session = isRefused || store.penstock || (store.penstock = own);
      } catch {}
      if (isRefused) return;
      view();
      recover();
    };

    window.penstock = {track, loaded: true};
    ["pushState", "replaceState"].forEach(method => {
      let original = history[method];
      history[method] = function () {
        try { return original.apply(this, arguments); } finally { view(); }
      };
    });
    Object.entries({
      popstate: view,
      click,
      auxclick: click,
      scroll: measure,
      error: fault,
      unhandledrejection: fault,
      submit: ({target}) => {
        tell("form", {
          id: target.getAttribute("id"), action: target.getAttribute("action")
        });
      },
      visibilitychange: () => {
        if (isHidden()) leave();
        else if (path) seenAt = Date.now();
        else start();
      },
      pagehide: () => {
        leave();
        gone = 1;
      },
      pageshow: event => {
        if (!event.persisted) return;
        gone = path = "";  // Back from the browser's cache: seen once more.
        if (flight) settle(flight);  // Its answer may have come while nobody listened.
        start();
      },
      online: send,
      prerenderingchange: start
    }).forEach(([type, handler]) => addEventListener(type, event => {
      try { handler(event); } catch {}
    }, true));
    doc.prerendering || start();
    if ("vitals" in data && !isHidden()) {
      vitals = {cls: 0, ttfb: performance.getEntriesByType("navigation")[0].responseStart | 0};
      observer = new PerformanceObserver(list => note(list.getEntries()));
      ["paint", "largest-contentful-paint", "layout-shift", "event"].forEach(type =>
        observer.observe({type, buffered: 1, durationThreshold: 16}));
    }
  } catch {}
})();
