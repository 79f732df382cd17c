// The queues that there are, by the scheme of queue.url, and how each part of one is made.
//
// One row a kind of queue, and no other place that tells them apart: what is asked for with a URL
// is made by its row. A new kind is a room beside queue/redis, a row here, and the contract test
// (tests/contract/queue_contract.cc), which runs over the rows.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "io/loop.h"
#include "queue/contract/inspector.h"
#include "queue/contract/options.h"
#include "queue/contract/queue.h"
#include "queue/contract/remote.h"
#include "queue/letters/place.h"

namespace penstock::queue {

// The places of a queue's dead letters, and what they share.
struct LetterPlaces {
  std::shared_ptr<void> shared;  // Goes after the places.
  std::vector<std::unique_ptr<LetterPlace>> places;
};

struct Capabilities {
  bool is_remote = false;      // Elsewhere, with make_remote(); the spool is behind it.
  bool knows_sidekiq = false;  // queue.format = "sidekiq" is possible.
};

struct Backend {
  std::string_view name;                      // "redis".
  std::span<const std::string_view> schemes;  // Of its URLs, before the ':'.
  std::string_view url_form;                  // "redis://[user:pass@]host:port/db", for a refusal.
  Capabilities capabilities;

  // The URL as logs may show it. kConfiguration with a step that says what is wrong and, as native,
  // at which byte, where that can be said.
  Result<std::string> (*show)(std::string_view url);

  // What pushes to a queue elsewhere, for make_producer() and for the contract's test; null for
  // others. Borrows the loop.
  Result<std::unique_ptr<Remote>> (*make_remote)(const ProducerOptions& options, io::Loop& loop);

  // Options whose URL show() accepts; kConfiguration for others. All borrow `clock` and, where it
  // is given, the loop and the listener. The service itself need not be up.
  Result<std::unique_ptr<Producer>> (*make_producer)(const ProducerOptions& options, io::Loop& loop,
                                                     const Clock& clock,
                                                     ProducerListener& listener);
  Result<std::unique_ptr<Consumer>> (*make_consumer)(const ConsumerOptions& options,
                                                     const Clock& clock);
  Result<std::unique_ptr<Inspector>> (*make_inspector)(const ConsumerOptions& options,
                                                       const Clock& clock);
  Result<LetterPlaces> (*letter_places)(const ConsumerOptions& options, const Clock& clock);
};

std::span<const Backend> backends();

// "redis" of "redis://h"; the whole where there is no ':'.
std::string_view scheme_of(std::string_view url);

// Null: no row has its scheme.
const Backend* find_backend(std::string_view url);

// kConfiguration: no row has its scheme.
Result<const Backend*> backend_of(std::string_view url);

// As Backend::show; kConfiguration also for a scheme that nobody has.
Result<std::string> shown_url(std::string_view url);

}  // namespace penstock::queue
