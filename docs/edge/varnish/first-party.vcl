# At the top of default.vcl:  include "/etc/varnish/penstock-first-party.vcl";
# The intake at a path of the site's own origin, any that you like. The page's script is then
#   <script async src="/s/p.js" data-api="/s"></script>
# Varnish adds X-Forwarded-For by itself, and sends a POST once.
# Run varnishd with -p backend_idle_timeout=30: less than the intake's ingest.idle_timeout_ms.

backend penstock {
    .host = "127.0.0.1";
    .port = "8080";
    .connect_timeout = 2s;
    .first_byte_timeout = 30s;
    .between_bytes_timeout = 30s;
}

sub vcl_recv {
    if (req.url ~ "^/s/") {
        set req.url = regsub(req.url, "^/s", "");
        set req.backend_hint = penstock;
        unset req.http.Cookie;
        return (pass);
    }
}
