// The dead letters of a queue, wherever they lie, for people to look at and act on.
//
// With Redis they are in the list KEY:dead, in dead.db of the spool's folder, where they go while
// Redis is full, and in Sidekiq's format also in Sidekiq's set `dead`; without Redis in dead.db
// alone. Workers, the intake and other boxes may run meanwhile.
//
// A letter that is retried leaves its place together with, or after, its message's arrival at the
// end of the queue: a crash between the two delivers it twice, which its ids make harmless.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "queue/contract/options.h"
#include "queue/letters/place.h"

namespace penstock::queue {

struct LetterPage {
  std::vector<StoredLetter> letters;
  std::string next;  // Cursor of the page behind; "" on the last.
};

// Blocking; one thread. kDisconnected or kOverloaded: nothing was changed, try again later.
class DeadLetterBox {
 public:
  virtual ~DeadLetterBox() = default;

  virtual Result<std::uint64_t> count() = 0;

  // Newest first, from `cursor` on ("": from the newest). A page ends at `limit`, which is at least
  // 1, or early, with kPageBytesMax of messages. Letters that go meanwhile may make one come twice;
  // none is left out. kRejected: no cursor of ours.
  static constexpr std::size_t kPageBytesMax = 8 << 20;
  virtual Result<LetterPage> list(std::size_t limit, std::string_view cursor) = 0;

  virtual Result<std::optional<StoredLetter>> find(std::string_view id) = 0;

  // Back to the end of the queue. False: there is no such letter.
  virtual Result<bool> retry(std::string_view id) = 0;
  // The same with another message in its place, which is put into the queue as it is.
  virtual Result<bool> retry_as(std::string_view id, std::string_view message) = 0;
  // For good. False: there is no such letter.
  virtual Result<bool> remove(std::string_view id) = 0;

  // Each that is meant of those that were there when it began; how many. It is asked once for each,
  // newest first within a place. After an error some may have gone.
  virtual Result<std::uint64_t> retry_those(IsMeant is_meant) = 0;
  virtual Result<std::uint64_t> remove_those(IsMeant is_meant) = 0;

  // All that were there when it began; how many. Of Sidekiq's set only the jobs of this queue: the
  // others belong to other programs. After an error some may have gone.
  virtual Result<std::uint64_t> retry_all() = 0;
  virtual Result<std::uint64_t> purge() = 0;
};

// Over the places that the URL's row of backend.h names. Borrows `clock`. The service need not be
// up. kConfiguration for a URL that is none.
Result<std::unique_ptr<DeadLetterBox>> make_dead_letter_box(const ConsumerOptions& options,
                                                            const Clock& clock);

}  // namespace penstock::queue
