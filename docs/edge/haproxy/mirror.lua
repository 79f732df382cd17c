-- Each request becomes one event, named "request"; no visitor waits for it.
-- /etc/haproxy/penstock-mirror.lua; see mirror.cfg.

local intake = "http://127.0.0.1:8080/v1/collect"
local in_flight_max = 1000 -- Beyond it, and when the intake is away, events are lost.
local in_flight = 0

local function send(headers)
  pcall(function()
    core.httpclient():get({ url = intake, headers = headers, timeout = 1000 })
  end)
  in_flight = in_flight - 1
end

core.register_action("penstock", { "http-req" }, function(txn)
  if in_flight >= in_flight_max then return end
  in_flight = in_flight + 1
  local f = txn.sf -- What is not there is "".
  local scheme = f:ssl_fc() == "1" and "https://" or "http://"
  local headers = {
    ["x-penstock-name"] = { "request" },
    ["x-penstock-url"] = { scheme .. f:req_hdr("host") .. f:pathq() },
    ["x-penstock-referrer"] = { f:req_fhdr("referer") },
    ["user-agent"] = { f:req_fhdr("user-agent") },
    ["x-forwarded-for"] = { f:src() },
  }
  core.register_task(function() send(headers) end)
end)
