// What the queues need to know, from [queue] and [spool].
#pragma once

#include <cstdint>
#include <string>

namespace penstock::queue {

struct SpoolOptions {
  std::string path;  // The folder.
  std::uint64_t bytes_max = 10'737'418'240;
  std::uint64_t segment_bytes = 67'108'864;
};

// Of any queue: which one it is says the URL's scheme (backend.h), and what the rest of it means
// and which of the others matter says its row.
struct QueueOptions {
  std::string url = "spool:";
  std::string key = "penstock:events";
  std::string sidekiq_queue;  // Not empty: Sidekiq's format, and its queue instead of `key`.
  std::int64_t timeout_ms = 2'000;
  std::uint32_t memory_percent_max = 80;
  bool refuses_eviction = false;  // A queue that evicts is not pushed to; the spool is used.
  // PEM files, for a URL that wants TLS.
  std::string tls_ca;           // "": whom the system trusts.
  std::string tls_certificate;  // "": we show none; else with its key.
  std::string tls_key;
  SpoolOptions spool;  // The queue itself, or what takes over while it is not to be had.
};

struct ProducerOptions {
  QueueOptions queue;
  std::uint32_t reactor = 0;  // Which of the process's producers this is; names its segments.
};

struct ConsumerOptions {
  QueueOptions queue;
  std::string worker;  // A name that no other worker has: "HOST:PID:NONCE".
};

}  // namespace penstock::queue
