#include "queue/backend.h"

#include <algorithm>
#include <array>
#include <utility>

#include "queue/letters/file.h"
#include "queue/letters/list.h"
#include "queue/letters/put_back.h"
#include "queue/letters/sidekiq.h"
#include "queue/overflow/producer.h"
#include "queue/redis/client.h"
#include "queue/redis/consumer.h"
#include "queue/redis/inspector.h"
#include "queue/redis/options.h"
#include "queue/redis/remote.h"
#include "queue/spool/consumer.h"
#include "queue/spool/inspector.h"
#include "queue/spool/producer.h"
#include "queue/spool/versions.h"

namespace penstock::queue {
namespace {

// A part of a queue as what it is for.
template <class Part, class Made>
Result<std::unique_ptr<Part>> as(Result<std::unique_ptr<Made>> made) {
  if (!made) return fail(made.error());
  return std::unique_ptr<Part>(std::move(*made));
}

// What every queue elsewhere has for a producer.
Result<std::unique_ptr<Producer>> overflow_from(Result<std::unique_ptr<Remote>> remote,
                                                const ProducerOptions& options, io::Loop& loop,
                                                const Clock& clock, ProducerListener& listener) {
  if (!remote) return fail(remote.error());
  return as<Producer>(OverflowProducer::make(std::move(*remote), options.queue.spool,
                                             options.reactor, loop, clock, listener));
}

namespace spool {

constexpr std::array<std::string_view, 1> kSchemes = {"spool"};

Result<std::string> show(std::string_view url) {
  if (url == "spool:") return std::string(url);
  return fail(ErrorCode::kConfiguration,
              "read queue.url: \"spool:\" stands alone; the spool's folder is set by spool.path");
}

Result<std::unique_ptr<Producer>> make_producer(const ProducerOptions& options, io::Loop& loop,
                                                const Clock& clock, ProducerListener& listener) {
  PENSTOCK_TRY(show(options.queue.url));
  return as<Producer>(SpoolProducer::make(options.queue.spool, options.reactor,
                                          SpoolProducer::Role::kQueue, loop, clock, listener));
}

Result<std::unique_ptr<Consumer>> make_consumer(const ConsumerOptions& options,
                                                const Clock& clock) {
  PENSTOCK_TRY(show(options.queue.url));
  return as<Consumer>(SpoolConsumer::make(options.queue.spool, options.worker, clock));
}

Result<std::unique_ptr<Inspector>> make_inspector(const ConsumerOptions& options,
                                                  const Clock& clock) {
  PENSTOCK_TRY(show(options.queue.url));
  return std::unique_ptr<Inspector>(std::make_unique<SpoolInspector>(options.queue.spool, clock));
}

Result<LetterPlaces> letter_places(const ConsumerOptions& options, const Clock& clock) {
  PENSTOCK_TRY(show(options.queue.url));
  const SpoolOptions& spool = options.queue.spool;
  LetterPlaces found;
  found.places.push_back(
      std::make_unique<FileLetters>(spool.path, put_back_to_spool(spool, clock)));
  return found;
}

}  // namespace spool

namespace redis {

// "unix" is what others call "redis+unix".
constexpr std::array<std::string_view, 4> kSchemes = {"redis", "rediss", "redis+unix", "unix"};

Result<std::string> show(std::string_view url) {
  const auto address = parse_redis_url(url);
  if (!address) return fail(address.error());
  return address->text();
}

Result<std::unique_ptr<Remote>> make_remote(const ProducerOptions& options, io::Loop& loop) {
  const auto redis = redis_options(options.queue);
  if (!redis) return fail(redis.error());
  return std::unique_ptr<Remote>(std::make_unique<RedisRemote>(*redis, options.reactor, loop));
}

Result<std::unique_ptr<Producer>> make_producer(const ProducerOptions& options, io::Loop& loop,
                                                const Clock& clock, ProducerListener& listener) {
  return overflow_from(make_remote(options, loop), options, loop, clock, listener);
}

Result<std::unique_ptr<Consumer>> make_consumer(const ConsumerOptions& options,
                                                const Clock& clock) {
  const auto redis = redis_options(options.queue);
  if (!redis) return fail(redis.error());
  // Messages that are set aside while Redis is full go to the spool's folder.
  PENSTOCK_TRY(refuse_newer_spool(options.queue.spool.path));
  return std::unique_ptr<Consumer>(
      std::make_unique<RedisConsumer>(*redis, options.queue.spool, options.worker, clock));
}

Result<std::unique_ptr<Inspector>> make_inspector(const ConsumerOptions& options,
                                                  const Clock& clock) {
  const auto redis = redis_options(options.queue);
  if (!redis) return fail(redis.error());
  return std::unique_ptr<Inspector>(
      std::make_unique<RedisInspector>(*redis, options.queue.spool, clock));
}

// In the list KEY:dead; in dead.db, where they go while Redis is full; in Sidekiq's set `dead`.
Result<LetterPlaces> letter_places(const ConsumerOptions& options, const Clock& clock) {
  const auto redis = redis_options(options.queue);
  if (!redis) return fail(redis.error());
  const auto client = std::make_shared<RedisClient>(*redis, clock);
  LetterPlaces found;
  found.shared = client;
  found.places.push_back(
      std::make_unique<FileLetters>(options.queue.spool.path, put_back_to_redis(*redis, *client)));
  found.places.push_back(std::make_unique<ListLetters>(*client, *redis));
  if (!redis->sidekiq_queue.empty()) {
    found.places.push_back(std::make_unique<SidekiqLetters>(*client, *redis, clock));
  }
  return found;
}

}  // namespace redis

constexpr std::array<Backend, 2> kBackends = {{
    {.name = "spool",
     .schemes = spool::kSchemes,
     .url_form = "spool:",
     .capabilities = {},
     .show = spool::show,
     .make_remote = nullptr,
     .make_producer = spool::make_producer,
     .make_consumer = spool::make_consumer,
     .make_inspector = spool::make_inspector,
     .letter_places = spool::letter_places},
    {.name = "redis",
     .schemes = redis::kSchemes,
     .url_form = "redis://[user:pass@]host:port/db\", \"rediss://...\" for TLS or "
                 "\"redis+unix:///path?db=0",
     .capabilities = {.is_remote = true, .knows_sidekiq = true},
     .show = redis::show,
     .make_remote = redis::make_remote,
     .make_producer = redis::make_producer,
     .make_consumer = redis::make_consumer,
     .make_inspector = redis::make_inspector,
     .letter_places = redis::letter_places},
}};

}  // namespace

std::span<const Backend> backends() { return kBackends; }

std::string_view scheme_of(std::string_view url) { return url.substr(0, url.find(':')); }

const Backend* find_backend(std::string_view url) {
  if (url.find(':') == std::string_view::npos) return nullptr;
  const auto found =
      std::find_if(kBackends.begin(), kBackends.end(), [url](const Backend& backend) {
        return std::find(backend.schemes.begin(), backend.schemes.end(), scheme_of(url)) !=
               backend.schemes.end();
      });
  return found != kBackends.end() ? &*found : nullptr;
}

Result<const Backend*> backend_of(std::string_view url) {
  if (const Backend* backend = find_backend(url)) return backend;
  return fail(ErrorCode::kConfiguration, "read queue.url: it has no scheme that is known");
}

Result<std::string> shown_url(std::string_view url) {
  const auto backend = backend_of(url);
  if (!backend) return fail(backend.error());
  return (*backend)->show(url);
}

}  // namespace penstock::queue
