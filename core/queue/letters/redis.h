// Dead letters that lie in one key of Redis, whatever its type: what the list KEY:dead and
// Sidekiq's set `dead` have in common.
//
// An element is found again by its hash, so nothing has to be kept beside it. A position counts
// from the oldest element: what comes and goes at the other end does not move it.
#pragma once

#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "queue/letters/place.h"
#include "queue/redis/client.h"

namespace penstock::queue {

class RedisLetters : public LetterPlace {
 public:
  char prefix() const override { return type_.prefix; }
  Result<std::uint64_t> count() override;
  Result<PlacePage> read(LetterPosition position, LetterLimits limits) override;
  Result<std::optional<StoredLetter>> find(std::string_view id) override;
  Result<bool> retry(std::string_view id) override;
  Result<bool> retry_as(std::string_view id, std::string_view message) override;
  Result<bool> remove(std::string_view id) override;
  Result<std::uint64_t> retry_those(IsMeant is_meant) override;  // Newest first.
  Result<std::uint64_t> remove_those(IsMeant is_meant) override;
  Result<std::uint64_t> retry_all() override;  // Newest first.
  Result<std::uint64_t> purge() override;

 protected:
  // How Redis's type of the key is handled: two commands, and two scripts over it.
  struct Type {
    char prefix;
    std::string_view count;
    // ARGV: position, elements at most, bytes at most. Returns the position behind them, and
    // elements and scores in turn.
    RedisScript read;
    // KEYS: this, the queue's list and, with a queue's name, the set of queues. ARGV: element,
    // message, the queue's name or "". 1: moved. The push comes first: where it fails, the element
    // stays.
    RedisScript move;
    // KEYS: this. ARGV: element. How many were removed.
    RedisScript remove;
  };
  // What goes back into the queue for an element.
  struct Return {
    std::string list;
    std::string queue;  // For Sidekiq's set of queues; "" for none.
    std::string message;
  };

  // Borrows `client`.
  RedisLetters(RedisClient& client, std::string key, const Type& type)
      : client_(client), key_(std::move(key)), type_(type) {}

  virtual StoredLetter letter_of(std::string_view element, std::string_view score) = 0;
  virtual Return return_of(std::string_view element) = 0;
  // Whether retry_all() and purge() are for it.
  virtual bool is_ours(std::string_view element) = 0;

 private:
  struct Element {
    std::string_view text;
    std::string_view score;
    LetterPosition next;
  };
  using Visit = FunctionRef<Result<bool>(const Element& element)>;

  // Newest first, until `visit` says false. True: there are more.
  Result<bool> for_each(LetterPosition position, LetterLimits limits, Visit visit);
  Result<void> for_all(Visit visit);
  Result<std::optional<std::string>> element_of(std::string_view id);
  std::string id_of(std::string_view element) const;
  Result<bool> move(std::string_view element, const Return& back);
  Result<bool> remove_element(std::string_view element);
  using ElementAct = FunctionRef<Result<bool>(std::string_view element)>;
  Result<std::uint64_t> count_ours(ElementAct act);
  Result<std::uint64_t> count_those(IsMeant is_meant, ElementAct act);

  RedisClient& client_;
  const std::string key_;
  const Type type_;
};

}  // namespace penstock::queue
