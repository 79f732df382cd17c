(function () {
  "use strict";
  try {
    var page = window, doc = document;
    var script = doc.currentScript || {}, data = script.dataset || {};
    var origin = data.api || (script.src ? new URL(script.src).origin : "");
    var url = origin.replace(/\/$/, "") + "/v1/events?key=" + encodeURIComponent(data.key || "");
    if (!data.key) url = url.split("?")[0];
    var queue = [], timer, path, last = doc.referrer, session;
    try {
      session = sessionStorage.penstock || (sessionStorage.penstock =
        Date.now().toString(36) + Math.random().toString(36).slice(2));
    } catch (e) {}

    function send(leaving) {
      clearTimeout(timer);
      timer = 0;
      while (queue.length) {
        var body = JSON.stringify(queue.splice(0, 50));
        try {
          if (leaving && navigator.sendBeacon && navigator.sendBeacon(url, body)) continue;
          fetch(url, {
            method: "POST", body: body, keepalive: body.length < 6e4, credentials: "omit"
          }).catch(function () {});
        } catch (e) {}
      }
    }
    function track(name, props) {
      try {
        queue.push({
          name: String(name), time: Date.now(), url: location.href, referrer: last || undefined,
          session_id: session, properties: props
        });
        timer = timer || setTimeout(send, 100);
      } catch (e) {}
    }
    function view() {
      if (path === location.pathname) return;
      if (path !== undefined) last = page.penstock.from;
      path = location.pathname;
      track("pageview");
      page.penstock.from = location.href;
    }
    function hook(method) {
      var original = history[method];
      history[method] = function () {
        var result = original.apply(this, arguments);
        view();
        return result;
      };
    }

    page.penstock = { track: track };
    ["pushState", "replaceState"].forEach(hook);
    page.addEventListener("popstate", view);
    doc.addEventListener("click", function (event) {
      try {
        var named = event.target.closest("[data-penstock]"), link = event.target.closest("a[href]");
        var out = link && /^http/.test(link.protocol) && link.host !== location.host;
        if (named) track(named.dataset.penstock, link ? { href: link.href } : undefined);
        else if (out) track("click", { href: link.href });
      } catch (e) {}
    }, true);
    doc.addEventListener("visibilitychange", function () {
      if (doc.visibilityState === "hidden") send(true);
    });
    page.addEventListener("pagehide", function () { send(true); });
    view();
  } catch (e) {}
})();
