#include "intake/intake.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "adapter/contract/completion.h"
#include "base/check.h"
#include "base/log.h"
#include "base/text.h"
#include "event/limits.h"
#include "http/coding_format.h"
#include "intake/intake_answers.h"
#include "intake/page_script.h"
#include "intake/request_hooks.h"
#include "server/acme_challenge.h"

namespace penstock::intake {
namespace {

constexpr std::string_view kScriptMethods = "GET, HEAD, OPTIONS";
constexpr std::string_view kOwnScriptMethods = "GET, HEAD, POST, OPTIONS";

constexpr std::string_view kUnsupportedEncoding = "unsupported_encoding";
// Of a reactor at once; each may hold a piece of text and what is under way of it.
constexpr std::uint32_t kLargeRequestsMax = 16;

// Some protocols tell of items that they leave out by a 4xx, and want the others taken.
bool is_taken(const adapter::ReadOutcome& outcome) {
  return outcome.status < 400 || (outcome.accepted > 0 && !outcome.own_answer.empty());
}

// What a document's events may come to, with what the connection adds to each.
constexpr std::size_t kRecordBytesPerByte = 4;

constexpr std::int64_t kShrinkMs = 1'000;
// Freed at once, this is worth telling the kernel.
constexpr std::size_t kReturnedBytesMin = 1 << 20;

}  // namespace

Intake::Intake(const IntakeOptions& options, const IntakeSettings& settings, io::Loop& loop,
               const Clock& clock, IntakeCounters& counters)
    : loop_(loop),
      clock_(clock),
      counters_(counters),
      gate_(options, clock, counters),
      server_(loop, clock, *this, counters.server),
      routes_(settings.protocols),
      workspace_(Random::from_system()),
      batch_(options.format, options.sidekiq_queue, options.sidekiq_class),
      shrink_timer_(loop, [this] { shrink(); }),
      script_(kScriptEventsPath) {
  apply(settings);
}

Result<std::unique_ptr<Intake>> Intake::start(const IntakeOptions& options,
                                              const IntakeSettings& settings, io::Loop& loop,
                                              const Clock& clock, IntakeCounters& counters) {
  const auto make = [&options](io::Loop& its_loop, const Clock& its_clock,
                               queue::ProducerListener& listener) {
    return queue::make_producer(options.producer, its_loop, its_clock, listener);
  };
  return start(options, settings, loop, clock, counters, make);
}

Intake::~Intake() { loop_.set_end_of_turn(nullptr); }

Result<std::unique_ptr<Intake>> Intake::start(const IntakeOptions& options,
                                              const IntakeSettings& settings, io::Loop& loop,
                                              const Clock& clock, IntakeCounters& counters,
                                              const ProducerFactory& make_producer) {
  std::unique_ptr<Intake> reactor(new Intake(options, settings, loop, clock, counters));
  auto producer = make_producer(loop, clock, *reactor);
  if (!producer) return fail(producer.error());
  reactor->producer_ = std::move(*producer);
  for (const std::string& address : options.listen) {
    if (const auto listening = reactor->server_.listen(address, reactor->listener_options(false));
        !listening) {
      log_error("intake.listen", "cannot listen",
                {{"address", address},
                 {"error", to_text(listening.error())},
                 {"reason", std::strerror(static_cast<int>(listening.error().native))}});
      return fail(listening.error());
    }
  }
  Intake* self = reactor.get();
  loop.set_end_of_turn([self] { self->end_turn(); });
  return reactor;
}

void Intake::apply(const IntakeSettings& settings) {
  if (settings.script_path == kScriptPath) {
    own_script_.reset();
  } else if (!own_script_ || settings.script_path != settings_.script_path) {
    own_script_.emplace(settings.script_path);
  }
  settings_ = settings;
  settings_.limits.trusted_proxies = settings.trusted_proxies;
  http::ParserLimits& parser = settings_.limits.parser;
  parser.tells_large_bodies = true;
  // A proxy writes there what a client would have written into the query.
  parser.target_headers = adapter::kMemberHeaderPrefix;
  settings_.document_bytes_max = std::max(settings_.document_bytes_max, parser.body_bytes_max);
  // Two requests of any size that is allowed must find room, or one that is held as a document.
  const std::size_t head_bytes_max = parser.target_bytes_max + parser.header_bytes_max;
  settings_.limits.arriving_bytes_max = std::max<std::size_t>(
      {settings_.inflight_bytes_max, 2 * (head_bytes_max + parser.body_bytes_max),
       head_bytes_max + settings_.document_bytes_max});
  routes_ = adapter::RouteTable(settings.protocols);
  set_keys(std::move(settings_.keys));
  settings_.keys.clear();
  server_.set_limits(settings_.limits);
  server_.set_listener_options(settings_.listener);
}

void Intake::set_tls(std::shared_ptr<const io::TransportFactory> tls) {
  settings_.listener.tls = std::move(tls);
  server_.set_listener_options(settings_.listener);
}

io::ListenerOptions Intake::listener_options(bool is_tls) const {
  PENSTOCK_CHECK(!is_tls || settings_.listener.tls != nullptr);
  io::ListenerOptions options = settings_.listener;
  if (!is_tls) options.tls = nullptr;
  return options;
}

void Intake::on_request(const http::Request& request, const server::Peer& peer,
                        server::Responder responder) {
  if (request.method == http::Method::kOptions) return answer_options(request, responder);
  const bool is_own_script = is_own_script_path(request.path);
  if (request.path == kScriptPath || (is_own_script && request.method != http::Method::kPost)) {
    return answer_script(request, is_own_script ? *own_script_ : script_, responder);
  }
  if (!peer.is_tls && !settings_.acme_dir.empty()) {
    if (const auto challenge = server::answer_challenge(request, settings_.acme_dir)) {
      responder.respond(*challenge);
      return;
    }
  }
  const adapter::RouteTable::Found found =
      routes_.find(request.method, is_own_script ? kScriptEventsPath : request.path);
  if (found.kind != http::Match::Kind::kFound) return answer_unrouted(request, found, responder);

  const IntakeHeaders headers = read_headers(request, forwarded_scratch_);
  const Work work{request, peer, responder, headers, found.protocol, found.route};
  // HEAD asks what GET would answer, and is no event.
  if (request.method == http::Method::kHead) {
    return send(responder, headers.origin, work.protocol().success(1, answer_scratch_));
  }
  take_events(work);
}

std::shared_ptr<server::BodyReader> Intake::on_large_request(const http::Request& request,
                                                             const server::Peer& peer,
                                                             const server::Responder& responder) {
  const adapter::RouteTable::Found found = routes_.find(request.method, request.path);
  if (found.kind != http::Match::Kind::kFound) return nullptr;
  const IntakeHeaders headers = read_headers(request, forwarded_scratch_);
  return make_large({request, peer, responder, headers, found.protocol, found.route});
}

std::size_t Intake::whole_body_bytes_max(const http::Request& request) {
  const adapter::RouteTable::Found found = routes_.find(request.method, request.path);
  if (found.kind != http::Match::Kind::kFound) return 0;
  const adapter::Route& route = adapter::protocols()[found.protocol]->routes[found.route];
  if (route.large_body == nullptr) return 0;
  const adapter::LargeBody body = route.large_body(request.header("Content-Type"));
  return body.way == adapter::LargeBody::Way::kWhole ? settings_.document_bytes_max : 0;
}

// Some clients go by the words of their protocol.
void Intake::on_refusal(const http::PartialHead& head, std::string_view error,
                        std::string_view detail, http::Response& refusal) {
  const adapter::RouteTable::Found found = routes_.find(http::Method::kPost, head.path());
  if (found.kind == http::Match::Kind::kFound) {
    const adapter::Protocol& protocol = *adapter::protocols()[found.protocol];
    http::Request request;
    const std::vector<http::Header> headers = head.headers();
    request.headers = headers;
    http::Response worded = adapter::refusal_of(
        protocol,
        {refusal.status, error, detail, adapter::echo_of(protocol, request), clock_.wall_ms()});
    refusal.content_type = worded.content_type;
    refusal.body = std::move(worded.body);
    for (auto& header : worded.headers) refusal.headers.push_back(std::move(header));
  }
  open_to(head.header("Origin"), refusal);
}

void Intake::answer_options(const http::Request& request, const server::Responder& responder) {
  if (const std::string own = own_options_answer(request); !own.empty()) {
    return send(responder, request.header("Origin"), {200, own});
  }
  adapter::RouteTable::Options options = routes_.options_of(request.path);
  if (request.path == kScriptPath) options.methods = kScriptMethods;
  if (is_own_script_path(request.path)) options.methods = kOwnScriptMethods;
  std::string text;
  append_preflight(text, options);
  send(responder, request.header("Origin"), {204, text});
}

std::string Intake::own_options_answer(const http::Request& request) {
  const adapter::RouteTable::Found found = routes_.find(http::Method::kOptions, request.path);
  if (found.kind != http::Match::Kind::kFound) return {};
  const adapter::Origin origin;
  const auto open = [](std::string_view) { return false; };
  return adapter::protocols()[found.protocol]
      ->read({request, {}, {}, found.route}, {origin, workspace_, batch_, open})
      .own_answer;
}

void Intake::answer_unrouted(const http::Request& request, const adapter::RouteTable::Found& found,
                             const server::Responder& responder) {
  const bool is_known = found.kind == http::Match::Kind::kWrongMethod;
  http::Response response =
      is_known
          ? http::error_response(405, "method_not_allowed", "the route does not take this method")
          : http::error_response(404, "not_found", "there is no such route");
  if (is_known) response.headers.emplace_back("Allow", found.allow);
  open_to(request.header("Origin"), response);
  responder.respond(response);
}

bool Intake::is_own_script_path(std::string_view path) const {
  return own_script_.has_value() && path == settings_.script_path;
}

void Intake::answer_script(const http::Request& request, const PageScript& script,
                           const server::Responder& responder) {
  if (request.method != http::Method::kGet && request.method != http::Method::kHead) {
    const bool is_own = &script != &script_;
    const adapter::RouteTable::Found wrong{
        http::Match::Kind::kWrongMethod, 0, 0,
        std::string(is_own ? kOwnScriptMethods : kScriptMethods)};
    return answer_unrouted(request, wrong, responder);
  }
  send(responder, request.header("Origin"),
       script.answer(request.header_list("Accept-Encoding"), request.header_list("If-None-Match")));
}

void Intake::take_events(const Work& work) {
  adapter::Origin origin;
  const Sender sender = sender_of(work);
  Admission admission(gate_.keys(), settings_.require_key, settings_.fingerprints, origin, sender);
  gate_.try_keys(work.headers, work.request, work.protocol(), admission);
  if (const auto refused = refusal_before_body(work, admission)) return reject(work, *refused);
  std::string_view body = work.request.body;
  const std::size_t bytes_max = work.asked_route().body_bytes_max;
  if (bytes_max != 0 && body.size() > bytes_max) {
    return reject(work, 413, "body_too_large", "the body is over the limit of this route");
  }
  if (!decode_body(work, body)) return;
  settle(work, read_events(work, body, origin, admission), admission);
}

adapter::ReadOutcome Intake::read_events(const Work& work, std::string_view body,
                                         adapter::Origin& origin, Admission& admission) {
  if (!work.protocol().is_relayed) {
    const http::Address client = http::client_address(
        work.peer.address, work.headers.x_forwarded_for, settings_.trusted_proxies);
    origin.ip = client.write_to(client_ip_);
    origin.user_agent = work.headers.user_agent;
    origin.referrer = work.headers.referer;
  }
  origin.console_url = settings_.console_url;
  origin.received_at_ms = clock_.wall_ms();
  origin.record_bytes_max =
      std::max(adapter::kRequestRecordBytesMax, kRecordBytesPerByte * settings_.document_bytes_max);

  note_use(body.size());
  batch_.begin_request(settings_.event_bytes_max, origin.received_at_ms);
  if (settings_.traffic != nullptr) traffic_sink_.begin_request(*settings_.traffic);
  return run_adapter(work, body, origin, admission);
}

// A body may hold the key that is still missing, but no pardon for one that was revoked.
std::optional<adapter::ReadOutcome> Intake::refusal_before_body(const Work& work,
                                                                const Admission& admission) {
  const bool is_for_body =
      !admission.is_ended() &&
      (!work.asked_route().has_events || work.protocol().key_place != adapter::KeyPlace::kRequest);
  return is_for_body ? std::nullopt : gate_.refusal_of(admission);
}

// nullptr where the route takes none, or no more of them now.
std::shared_ptr<LargeRequest> Intake::make_large(const Work& work) {
  const adapter::LargeBody body = work.large_body();
  if (!body.is_cut() || large_requests_ >= kLargeRequestsMax) return nullptr;
  const auto codings = http::codings_of(work.headers.content_encoding);
  const http::Encoding encoding = !codings || codings->count > 1 ? http::Encoding::kUnknown
                                  : codings->count == 0          ? http::Encoding::kIdentity
                                                                 : codings->list[0];
  const LargeRequest::Asked asked{work.request, work.peer, work.responder, work.source, work.route};
  return std::make_shared<LargeRequest>(*this, asked, body, encoding, settings_.drain_bytes_max,
                                        large_requests_);
}

bool Intake::take_piece(LargeRequest& large, std::string_view piece) {
  const IntakeHeaders headers = read_headers(large.request(), forwarded_scratch_);
  const Work work{large.request(), large.peer(),   large.responder(),
                  headers,         large.source(), large.route()};
  adapter::Origin origin;
  origin.piece = large.piece();
  const Sender sender = sender_of(work);
  Admission admission(gate_.keys(), settings_.require_key, settings_.fingerprints, origin, sender);
  gate_.try_keys(work.headers, work.request, work.protocol(), admission);
  if (auto refused = refusal_before_body(work, admission)) {
    counters_.events[work.source][kRejected].add();
    large.note(*std::move(refused));
    return false;
  }
  adapter::ReadOutcome outcome = read_events(work, piece, origin, admission);
  count_rejected(work, outcome);
  if (outcome.status >= 400) {
    batch_.roll_back();
    large.note(std::move(outcome));
    return false;
  }
  count_dropped();
  large.note(std::move(outcome));
  if (batch_.request_events() == 0) return false;
  Waiter waiter;
  waiter.large = large.shared_from_this();
  waiter.events = batch_.request_events();
  add_to_tick(work, admission).waiters.push_back(std::move(waiter));
  return true;
}

void Intake::answer_large(LargeRequest& large) {
  const IntakeHeaders headers = read_headers(large.request(), forwarded_scratch_);
  const adapter::Protocol& protocol = *adapter::protocols()[large.source()];
  const adapter::ReadOutcome& outcome = large.outcome();
  counters_.events[large.source()][kRejected].add(large.unread_events());
  if (outcome.status < 400) {
    const std::uint64_t rejected = outcome.rejected_unlisted + large.unread_events();
    const bool is_partial = rejected > 0 && protocol.partial_success != nullptr;
    return send(large.responder(), headers.origin,
                is_partial ? protocol.partial_success(outcome.accepted, rejected, answer_scratch_)
                           : protocol.success(outcome.accepted, answer_scratch_));
  }
  const std::string_view echo = adapter::echo_of(protocol, large.request());
  refuse({large.responder(), protocol, headers.origin, echo}, outcome);
}

std::size_t Intake::unpacked_bytes_max(const Work& work) const {
  const bool is_whole = work.large_body().way == adapter::LargeBody::Way::kWhole;
  return is_whole ? std::max(settings_.inflated_bytes_max, settings_.document_bytes_max)
                  : settings_.inflated_bytes_max;
}

bool Intake::decode_body(const Work& work, std::string_view& body) {
  // Some scripts compress and cannot say so; no body of text or of records begins like it.
  const bool begins_as_gzip = begins_with(body, http::kGzipMagic);
  if (work.headers.content_encoding.empty() && !begins_as_gzip) return true;
  auto codings = http::codings_of(work.headers.content_encoding);
  if (!codings) {
    reject(work, 415, kUnsupportedEncoding, "Content-Encoding is none of gzip, deflate and zstd");
    return false;
  }
  if (codings->count == 0 && begins_as_gzip) codings = http::codings_of("gzip");
  if (codings->count == 0) return true;
  const auto decoded = decoder_.decode(*codings, body, unpacked_bytes_max(work), decoded_);
  if (decoded) {
    body = decoded_;
    return true;
  }
  if (decoded.error().code == ErrorCode::kOverloaded) {
    if (const auto large = make_large(work)) {
      large->on_part(work.request.body);
      large->on_whole();
      return false;
    }
    reject(work, 413, "body_too_large", "the body is over the limit once it is decompressed");
  } else {
    reject(work, 400, "invalid_encoding", decoded.error().step);
  }
  return false;
}

adapter::ReadOutcome Intake::run_adapter(const Work& work, std::string_view body,
                                         const adapter::Origin& origin, Admission& admission) {
  const auto open = [&](std::string_view key) {
    admission.note_events(batch_.request_events());
    return admission.try_body_key(key);
  };
  RequestHooks hooks(settings_.hooks, admission);
  adapter::ReadOutcome outcome =
      work.protocol().read({work.request, body, work.headers.content_type, work.route},
                           {origin, workspace_, sink(), open, &hooks});
  const bool has_other_fault =
      !is_taken(outcome) && (outcome.status != 401 || outcome.error == adapter::kBadSignatureError);
  if (has_other_fault || !work.asked_route().has_events) return outcome;
  if (admission.verdict() == Admission::Verdict::kAdmitted) return outcome;
  if (auto refused = gate_.refusal_of(admission)) outcome = *std::move(refused);
  return outcome;
}

void Intake::settle(const Work& work, adapter::ReadOutcome outcome, Admission& admission) {
  count_rejected(work, outcome);
  if (!is_taken(outcome)) {
    batch_.roll_back();
    if (outcome.own_answer.empty()) {
      return refuse(asker_of(work), outcome);
    }
    return send(work.responder, work.headers.origin, {outcome.status, outcome.own_answer});
  }
  Waiter waiter;
  waiter.responder = work.responder;
  waiter.protocol = &work.protocol();
  const std::uint32_t stored = batch_.request_events();
  waiter.events = stored;
  waiter.events += count_dropped();
  if (!outcome.own_answer.empty()) {
    waiter.own_status = outcome.status;
    waiter.own_answer = std::make_unique<std::string>(std::move(outcome.own_answer));
  }
  if (stored == 0) return answer(waiter, work.headers.origin, {}, true);
  Tick& tick = add_to_tick(work, admission);
  if (settings_.ack_durable) {
    tick.add(std::move(waiter), work.headers.origin,
             adapter::echo_of(work.protocol(), work.request));
  } else {
    answer(waiter, work.headers.origin, {}, true);
  }
}

// Where its events are counted: under the protocol that read them, which may be another than the
// route's. A request without any is the route's.
std::size_t Intake::source_of(const Work& work) const {
  const std::string_view name = batch_.request_source();
  const bool is_own = name.data() == work.protocol().name.data();  // The same constant.
  if (name.empty() || is_own || name == work.protocol().name) return work.source;
  const auto all = adapter::protocols();
  const auto found =
      std::find_if(all.begin(), all.end(),
                   [name](const adapter::Protocol* protocol) { return protocol->name == name; });
  return found == all.end() ? work.source : static_cast<std::size_t>(found - all.begin());
}

// Of a refused request all that were no good, or the one that broke a rule and those before it.
void Intake::count_rejected(const Work& work, const adapter::ReadOutcome& outcome) {
  std::uint64_t rejected = outcome.rejected.size() + outcome.rejected_unlisted;
  if (!is_taken(outcome)) {
    rejected = std::max(rejected, std::uint64_t{batch_.request_events()} + 1);
  }
  if (rejected > 0) counters_.events[source_of(work)][kRejected].add(rejected);
}

std::uint32_t Intake::count_dropped() {
  if (settings_.traffic == nullptr) return 0;
  traffic_sink_.count_into(counters_.traffic);
  return traffic_sink_.dropped();
}

Tick& Intake::add_to_tick(const Work& work, Admission& admission) {
  admission.count_taken(batch_.request_events());
  gate_.note_unknown(admission, UnknownKeys::Fate::kTaken, batch_.request_events());
  Tick& tick = ticks_.current();
  tick.events[source_of(work)] += batch_.request_events();
  tick.bytes += batch_.request_bytes();
  add_inflight(batch_.request_bytes());
  return tick;
}

void Intake::reject(const Work& work, std::uint16_t status, std::string_view error,
                    std::string_view detail) {
  reject(work, adapter::refusal(status, error, std::string(detail)));
}

void Intake::reject(const Work& work, const adapter::ReadOutcome& refused) {
  counters_.events[work.source][kRejected].add();
  refuse(asker_of(work), refused);
}

Intake::Asker Intake::asker_of(const Work& work) {
  return {work.responder, work.protocol(), work.headers.origin,
          adapter::echo_of(work.protocol(), work.request)};
}

void Intake::refuse(const Asker& asker, const adapter::ReadOutcome& refused) {
  const std::uint16_t status = refused.status;
  http::Response response = adapter::refusal_of(
      asker.protocol, {status, refused.error, refused.detail, asker.echo, clock_.wall_ms()});
  if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  if (status == 429 || status == 503) {
    response.headers.emplace_back("Retry-After", str_cat(refused.retry_after_s));
  }
  if (refused.error == kUnsupportedEncoding) {
    response.headers.emplace_back("Accept-Encoding", "gzip, deflate, zstd");
  }
  open_to(asker.origin, response);
  asker.responder.respond(response);
}

void Intake::answer(const Waiter& waiter, std::string_view origin, std::string_view echo,
                    bool is_stored) {
  if (!is_stored) {
    refuse({waiter.responder, *waiter.protocol, origin, echo},
           adapter::refusal(503, "unavailable", std::string(kUnavailable)));
  } else if (waiter.own_answer != nullptr) {
    send(waiter.responder, origin, {waiter.own_status, *waiter.own_answer});
  } else {
    send(waiter.responder, origin, waiter.protocol->success(waiter.events, answer_scratch_));
  }
}

void Intake::send(const server::Responder& responder, std::string_view origin,
                  const adapter::Answer& answer) {
  responder.respond_raw(answer.text, answer.status, true, lines_open_to(origin, answer_lines_));
}

void Intake::note_use(std::size_t bytes) {
  recent_use_.note(bytes);
  if (!shrink_timer_.is_armed()) shrink_timer_.start_once(kShrinkMs);
}

void Intake::shrink() {
  const bool was_quiet = recent_use_.is_quiet();
  const std::size_t keep_bytes = recent_use_.end_period();
  std::size_t freed = server_.shrink() + decoder_.shrink(keep_bytes) + batch_.shrink(keep_bytes);
  freed += workspace_.shrink(keep_bytes) + shrink_scratch(decoded_, keep_bytes);
  if (freed >= kReturnedBytesMin) return_free_memory();
  if (!was_quiet) shrink_timer_.start_once(kShrinkMs);
}

// While the queue has enough to do, what comes is gathered for it.
void Intake::end_turn() {
  const std::uint32_t events = batch_.events();
  if (events == 0) return;
  if (batch_.bytes() < event::kBatchBytesMax) {
    if (!producer_->takes_at_once()) return gathering_.end();
    if (gathering_.wants_more(events, clock_.mono_us())) return loop_.look_again();
  }
  submit();
}

void Intake::submit() {
  gathering_.end();
  note_use(batch_.bytes());
  queue::Submission submission;
  batch_.take_into(submission);
  submission.ticket = ticks_.submit_current();
  producer_->submit(std::move(submission));
}

// Answers make room for the next requests of their connections, which may come from within and go
// to the current tick; this one is no longer it.
void Intake::on_done(std::uint64_t ticket, queue::Stored outcome) {
  Tick& tick = ticks_.at(ticket);
  const CountedOutcome counted = outcome == queue::Stored::kQueued    ? kQueued
                                 : outcome == queue::Stored::kSpooled ? kSpooled
                                                                      : kRefused;
  for (std::size_t source = 0; source < tick.events.size(); ++source) {
    if (tick.events[source] > 0) counters_.events[source][counted].add(tick.events[source]);
  }
  const bool is_stored = outcome != queue::Stored::kRefused;
  for (const Waiter& waiter : tick.waiters) {
    if (waiter.large != nullptr) {
      waiter.large->on_stored(is_stored);
    } else {
      answer(waiter, tick.text_of(waiter.origin), tick.text_of(waiter.echo), is_stored);
    }
  }
  const std::uint64_t bytes = tick.bytes;
  ticks_.release(ticket);
  remove_inflight(bytes);
  tell_if_drained();
}

void Intake::add_inflight(std::uint64_t bytes) {
  inflight_bytes_ += bytes;
  counters_.inflight_bytes.set(inflight_bytes_);
  if (is_paused_ || inflight_bytes_ <= settings_.inflight_bytes_max) return;
  is_paused_ = true;
  server_.pause_reading();
}

// Half the limit, so that a slow queue does not switch us on and off with every batch.
void Intake::remove_inflight(std::uint64_t bytes) {
  PENSTOCK_CHECK(bytes <= inflight_bytes_);
  inflight_bytes_ -= bytes;
  counters_.inflight_bytes.set(inflight_bytes_);
  if (!is_paused_ || inflight_bytes_ > settings_.inflight_bytes_max / 2) return;
  is_paused_ = false;
  server_.resume_reading();
}

void Intake::drain(std::function<void()> on_drained) {
  on_drained_ = std::move(on_drained);
  server_.drain([this] {
    is_server_drained_ = true;
    tell_if_drained();
  });
}

// With ack = "none" events may still be under way when every client has been answered.
void Intake::tell_if_drained() {
  if (!is_server_drained_ || batch_.events() > 0 || producer_->in_flight() > 0) return;
  if (on_drained_) std::exchange(on_drained_, nullptr)();
}

}  // namespace penstock::intake
