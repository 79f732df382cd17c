// Page views, clicks that leave, and anything named by data-penstock or penstock.track().
(function () {
  "use strict";
  try {
    var page = window, doc = document;
    if (page.penstock && page.penstock.loaded) return;

    // All keepalive bodies and beacons of a page may hold 64 KiB together.
    var leavingBytesMax = 65000, batchBytesMax = 60000;
    // Of events that wait. What is beyond is dropped, and the next one tells how many were.
    var queueBytesMax = 4e6, eventBytesMax = 1e6;
    var waitMs = 100, retryMsMax = 3e5;
    // One more than the intake keeps of an address, so that it says where it has cut one.
    var addressMax = 8193;

    // A module has no current script, but it knows where it runs from.
    var script = doc.currentScript, here = script && script.src || new Error().stack;
    here = /https?:\/\/[^\/\s)]+/.exec(here)[0];
    script = script || Array.from(doc.scripts).filter(function (other) {
      return other.src.indexOf(here + "/") === 0 && /\/p\.js/.test(other.src);
    })[0];
    var data = script ? script.dataset : {}, origin = data.api || here;
    var url = origin.replace(/\/$/, "") + "/v1/events?partial=1" +
      (data.key ? "&key=" + encodeURIComponent(data.key) : "");

    var own = Array.from(page.crypto.getRandomValues(new Uint32Array(4)), function (number) {
      return number.toString(36);
    }).join("");
    var kept = "penstock " + url + " ", place = kept + own, saved = 0;
    var queue = [], held = 0, dropped = 0, count = 0;
    var flight, timer, failures = 0, batchMax = 1000, started, gone;
    var path, from, last = doc.referrer, session;

    // --- Events: texts that were made when they happened, so that a bad one harms no other.

    function toJson(value) {
      try {
        var json = JSON.stringify(value, function (key, part) {
          return typeof part === "bigint" ? String(part) : part;
        });
        if (!json || json === "[]" || json === "null") return "";
        return json[0] === "{" ? json : '{"value":' + json + "}";
      } catch (e) {
        return JSON.stringify({ penstock_error: String(e).slice(0, 200) });
      }
    }
    function push(text) {
      var event = { text: text, bytes: new TextEncoder().encode(text).length };
      if (event.bytes > eventBytesMax || held + event.bytes > queueBytesMax) return !++dropped;
      held += event.bytes;
      return queue.push(event);
    }
    function track(name, props) {
      try {
        if (doc.prerendering) {  // Nobody sees it, and perhaps nobody will.
          return doc.addEventListener("prerenderingchange", function () { track(name, props); });
        }
        name = name == null ? "" : String(name);
        if (!name.trim()) return;
        var json = toJson(props);
        var text = JSON.stringify({
          id: own + "." + count++, name: name, time: Date.now(), session_id: session,
          url: location.href.slice(0, addressMax), referrer: last.slice(0, addressMax) || undefined,
          penstock_dropped: dropped || undefined
        });
        if (json) text = text.slice(0, -1) + ',"properties":' + json + "}";
        // Half a surrogate pair is no text in JSON; "\\" is passed over, being no escape's start.
        text = text.replace(/\\\\|\\ud[89a-f]../g, function (found) {
          return found === "\\\\" ? found : "\\ufffd";
        });
        if (push(text)) dropped = 0;
        if (gone) leave();
        else later(waitMs);
      } catch (e) {}
    }

    // --- Sending: one request at a time; each event has an id, so a second try is stored once.

    function later(ms) {
      if (!timer && !flight && queue.length) timer = setTimeout(send, ms);
    }
    // Takes what fits out of the queue, and at least `least` events.
    function take(bytesMax, least) {
      var batch = { events: [], bytes: 1 }, rest = [];
      held = 0;
      queue.forEach(function (event) {
        var fits = batch.bytes + event.bytes < bytesMax && batch.events.length < batchMax;
        if (fits || batch.events.length < least) {
          batch.events.push(event);
          batch.bytes += event.bytes + 1;
        } else {
          rest.push(event);
          held += event.bytes;
        }
      });
      queue = rest;
      return batch;
    }
    // Behind the others: what can never be sent stands in nobody's way.
    function putBack(batch) {
      queue = queue.concat(batch.events);
      held += batch.bytes;
    }
    function body(batch) {
      return "[" + batch.events.map(function (event) { return event.text; }).join() + "]";
    }
    function send() {
      clearTimeout(timer);
      timer = 0;
      if (flight || !queue.length) return;
      var batch = flight = take(batchBytesMax, 1);
      // What has failed may have failed for want of room.
      batch.outlives = !failures && batch.bytes < leavingBytesMax;
      try {
        fetch(url, {
          method: "POST", body: body(batch), keepalive: batch.outlives, credentials: "omit"
        }).then(function (answer) {
          settle(batch, answer.status, answer.headers.get("Retry-After"));
        }, function () { settle(batch); });
      } catch (e) { settle(batch); }
    }
    function settle(batch, status, retryAfter) {
      var ms = 0;
      if (batch !== flight) return;  // Given up already.
      flight = undefined;
      if (!status || status === 408 || status === 429 || status >= 500) {
        putBack(batch);
        ms = Math.min(retryMsMax, 1000 << Math.min(failures++, 10)) * (0.5 + Math.random() / 2);
        ms = Math.max(ms, Math.min(36e5, retryAfter * 1000 || 0));
      } else {
        failures = 0;
        if (status < 300) {
          batchMax = Math.min(1000, batchMax * 2);
        } else if (batch.events.length > 1 && /400|403|413|422/.test(status)) {
          batchMax = batch.events.length >> 1;  // Down to the one that is refused.
          putBack(batch);
        } else {
          dropped += batch.events.length;
        }
      }
      if (saved) save();
      later(ms);
    }

    // --- Leaving: what fits leaves with the page, the rest waits for the next page of this tab.

    function leave() {
      var room = leavingBytesMax - (flight && flight.outlives ? flight.bytes : 0);
      for (; queue.length && room > 100; room /= 2) {
        var batch = take(room, 0), sent = false;
        if (!batch.events.length) break;
        try { sent = navigator.sendBeacon(url, body(batch)); } catch (e) {}
        // A beacon tells of no failure. Where the last request failed, its events are kept too.
        if (!sent || failures) putBack(batch);
        if (sent) break;
      }
      save();
    }
    // As many as the browser takes.
    function save() {
      var events = queue.concat(flight && !flight.outlives ? flight.events : []);
      try { delete sessionStorage[place]; } catch (e) { return; }
      for (saved = events.length; saved; saved >>= 1) {
        try {
          sessionStorage[place] = JSON.stringify(events.slice(0, saved).map(function (event) {
            return event.text;
          }));
          return;
        } catch (e) {}
      }
    }
    function recover() {
      try {
        if (saved && !sessionStorage[place]) queue = queue.slice(saved);  // Another page took it.
        Object.keys(sessionStorage).forEach(function (key) {
          if (key.indexOf(kept) !== 0) return;
          var texts = sessionStorage[key];
          delete sessionStorage[key];
          if (key !== place) JSON.parse(texts).forEach(push);
        });
      } catch (e) {}
      saved = 0;
      later(waitMs);
    }

    // --- What happens on the page.

    function view() {
      if (path === location.pathname) return;
      // A tab that was opened behind another one is viewed when it is first seen.
      if (path === undefined && doc.visibilityState === "hidden") return;
      if (path !== undefined) last = from;
      path = location.pathname;
      track("pageview");
      from = location.href;
    }
    function hook(method) {
      var original = history[method];
      history[method] = function () {
        var result = original.apply(this, arguments);
        view();
        return result;
      };
    }
    function address(node) {
      try { return new URL(node.href.baseVal || node.href, doc.baseURI); } catch (e) {}
    }
    function click(event) {
      try {
        var name = null, link, middle = event.type === "auxclick";
        event.composedPath().forEach(function (node) {
          if (!node.getAttribute) return;
          if (name === null) name = node.getAttribute("data-penstock");
          if (!link && /^(a|area)$/.test(node.localName) && node.href) link = address(node);
        });
        if (middle && (event.button !== 1 || !link)) return;
        if (name && name.trim()) track(name, link && { href: link.href });
        else if (link && /^http/.test(link.protocol) && link.host !== location.host) {
          track("click", { href: link.href });
        }
      } catch (e) {}
    }
    function start() {
      started = true;
      try {
        session = sessionStorage.penstock || (sessionStorage.penstock = own);
      } catch (e) {}
      recover();
      view();
    }

    page.penstock = { track: track, loaded: true };
    ["pushState", "replaceState"].forEach(hook);
    page.addEventListener("popstate", view);
    doc.addEventListener("click", click, true);
    doc.addEventListener("auxclick", click, true);
    doc.addEventListener("visibilitychange", function () {
      if (!started) return;
      if (doc.visibilityState === "hidden") leave();
      else if (path === undefined) view();
    });
    page.addEventListener("pagehide", function () {
      gone = true;
      if (started) leave();
    });
    page.addEventListener("pageshow", function (event) {
      if (!event.persisted) return;
      gone = false;
      if (flight) settle(flight);  // Its answer may have come while nobody listened.
      path = undefined;  // Back from the browser's cache: seen once more.
      recover();
      view();
    });
    page.addEventListener("online", send);
    if (doc.prerendering) doc.addEventListener("prerenderingchange", start, { once: true });
    else start();
  } catch (e) {}
})();
