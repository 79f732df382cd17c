#include "queue/letters/redis.h"

#include <utility>
#include <vector>

#include <hiredis.h>

#include "base/hash.h"
#include "base/text.h"
#include "queue/redis/call.h"

namespace penstock::queue {
namespace {

// Of one step through all elements: Redis serves nobody else meanwhile.
constexpr LetterLimits kStep = {64, 1 << 20};

std::string_view text_of(const redisReply& reply) { return {reply.str, reply.len}; }

}  // namespace

Result<std::uint64_t> RedisLetters::count() {
  const auto reply = redis_ok(client_.call({type_.count, key_}), "count the dead letters");
  if (!reply) return fail(reply.error());
  return static_cast<std::uint64_t>((*reply)->integer);
}

Result<bool> RedisLetters::for_each(LetterPosition position, LetterLimits limits, Visit visit) {
  const auto reply = redis_ok(
      client_.run(type_.read, {key_},
                  {str_cat(position), str_cat(limits.letters_max), str_cat(limits.bytes_max)}),
      "read the dead letters");
  if (!reply) return fail(reply.error());
  const redisReply& parts = **reply;
  LetterPosition next = parts.element[0]->integer;
  const redisReply& elements = *parts.element[1];
  const bool has_more = next > 0;
  next += static_cast<LetterPosition>(elements.elements / 2);
  for (std::size_t i = 0; i + 1 < elements.elements; i += 2) {
    const auto goes_on =
        visit({text_of(*elements.element[i]), text_of(*elements.element[i + 1]), --next});
    if (!goes_on) return fail(goes_on.error());
    if (!*goes_on) return false;
  }
  return has_more;
}

// Elements that `visit` takes away stood above the position, which stays right.
Result<void> RedisLetters::for_all(Visit visit) {
  LetterPosition position = kNewestLetter;
  while (true) {
    const auto has_more = for_each(position, kStep, [&](const Element& element) -> Result<bool> {
      position = element.next;
      return visit(element);
    });
    if (!has_more) return fail(has_more.error());
    if (!*has_more) return {};
  }
}

Result<PlacePage> RedisLetters::read(LetterPosition position, LetterLimits limits) {
  PlacePage page;
  const auto has_more = for_each(position, limits, [&](const Element& element) -> Result<bool> {
    StoredLetter letter = letter_of(element.text, element.score);
    letter.id = id_of(element.text);
    page.entries.push_back({std::move(letter), element.next});
    return true;
  });
  if (!has_more) return fail(has_more.error());
  page.has_more = *has_more;
  return page;
}

std::string RedisLetters::id_of(std::string_view element) const {
  const std::uint64_t hash = hash64(element);
  std::string id(1, type_.prefix);
  append_hex(id, {reinterpret_cast<const char*>(&hash), sizeof hash});
  return id;
}

Result<std::optional<StoredLetter>> RedisLetters::find(std::string_view id) {
  std::optional<StoredLetter> found;
  PENSTOCK_TRY(for_all([&](const Element& element) -> Result<bool> {
    if (id_of(element.text) != id) return true;
    found = letter_of(element.text, element.score);
    found->id = id;
    return false;
  }));
  return found;
}

Result<std::optional<std::string>> RedisLetters::element_of(std::string_view id) {
  std::optional<std::string> found;
  PENSTOCK_TRY(for_all([&](const Element& element) -> Result<bool> {
    if (id_of(element.text) != id) return true;
    found = element.text;
    return false;
  }));
  return found;
}

Result<bool> RedisLetters::retry(std::string_view id) {
  const auto element = element_of(id);
  if (!element) return fail(element.error());
  return *element ? move(**element, return_of(**element)) : false;
}

// It goes where the letter itself would: what is edited is the message alone.
Result<bool> RedisLetters::retry_as(std::string_view id, std::string_view message) {
  const auto element = element_of(id);
  if (!element) return fail(element.error());
  if (!*element) return false;
  Return back = return_of(**element);
  back.message = message;
  return move(**element, back);
}

Result<bool> RedisLetters::remove(std::string_view id) {
  const auto element = element_of(id);
  if (!element) return fail(element.error());
  return *element ? remove_element(**element) : false;
}

Result<bool> RedisLetters::move(std::string_view element, const Return& back) {
  std::vector<std::string_view> keys = {key_, back.list};
  if (!back.queue.empty()) keys.push_back("queues");
  const std::string_view arguments[] = {element, back.message, back.queue};
  const auto reply = redis_put_back(client_.run(type_.move, keys, arguments));
  if (!reply) return fail(reply.error());
  return (*reply)->integer == 1;
}

Result<bool> RedisLetters::remove_element(std::string_view element) {
  const auto reply = redis_ok(client_.run(type_.remove, {key_}, {element}), "delete a dead letter");
  if (!reply) return fail(reply.error());
  return (*reply)->integer > 0;
}

Result<std::uint64_t> RedisLetters::count_those(IsMeant is_meant, ElementAct act) {
  std::uint64_t total = 0;
  PENSTOCK_TRY(for_all([&](const Element& element) -> Result<bool> {
    StoredLetter letter = letter_of(element.text, element.score);
    letter.id = id_of(element.text);
    if (!is_meant(letter)) return true;
    const auto is_done = act(element.text);
    if (!is_done) return is_done;
    total += *is_done ? 1 : 0;
    return true;
  }));
  return total;
}

Result<std::uint64_t> RedisLetters::retry_those(IsMeant is_meant) {
  return count_those(
      is_meant, [this](std::string_view element) { return move(element, return_of(element)); });
}

Result<std::uint64_t> RedisLetters::remove_those(IsMeant is_meant) {
  return count_those(is_meant,
                     [this](std::string_view element) { return remove_element(element); });
}

Result<std::uint64_t> RedisLetters::count_ours(ElementAct act) {
  std::uint64_t total = 0;
  PENSTOCK_TRY(for_all([&](const Element& element) -> Result<bool> {
    if (!is_ours(element.text)) return true;
    const auto is_done = act(element.text);
    if (!is_done) return is_done;
    total += *is_done ? 1 : 0;
    return true;
  }));
  return total;
}

Result<std::uint64_t> RedisLetters::retry_all() {
  return count_ours([this](std::string_view element) { return move(element, return_of(element)); });
}

Result<std::uint64_t> RedisLetters::purge() {
  return count_ours([this](std::string_view element) { return remove_element(element); });
}

}  // namespace penstock::queue
