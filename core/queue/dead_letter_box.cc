#include "queue/dead_letter_box.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "queue/backend.h"
#include "queue/letters/place.h"

namespace penstock::queue {
namespace {

using Positions = std::vector<LetterPosition>;

// "120.33": each place's position, in the box's order.
std::string cursor_text(const Positions& positions) {
  const bool is_end = std::all_of(positions.begin(), positions.end(),
                                  [](LetterPosition position) { return position == 0; });
  std::string text;
  if (is_end) return text;
  for (const LetterPosition position : positions) {
    text += str_cat(text.empty() ? "" : ".", position);
  }
  return text;
}

std::optional<Positions> parse_cursor(std::string_view text, std::size_t places) {
  if (text.empty()) return Positions(places, kNewestLetter);
  Positions positions;
  while (positions.size() < places) {
    const std::size_t dot = text.find('.');
    const auto position = parse_int(text.substr(0, dot));
    if (!position || *position < 0) return std::nullopt;
    positions.push_back(*position);
    if (dot == std::string_view::npos) break;
    text.remove_prefix(dot + 1);
    if (positions.size() == places) return std::nullopt;
  }
  if (positions.size() != places) return std::nullopt;
  return positions;
}

// What was read of a place, and how much of it went into the page.
struct Taken {
  PlacePage page;
  std::size_t count = 0;

  bool is_empty() const { return count == page.entries.size(); }
  // What comes next was not read, so nothing can be told about its order.
  bool is_blocked() const { return is_empty() && page.has_more; }
  LetterPosition position(LetterPosition before) const {
    if (is_empty() && !page.has_more) return 0;
    return count == 0 ? before : page.entries[count - 1].next;
  }
};

class Box final : public DeadLetterBox {
 public:
  explicit Box(LetterPlaces places)
      : shared_(std::move(places.shared)), places_(std::move(places.places)) {}

  Result<std::uint64_t> count() override {
    return sum([](LetterPlace& place) { return place.count(); });
  }
  Result<std::uint64_t> retry_all() override {
    return sum([](LetterPlace& place) { return place.retry_all(); });
  }
  Result<std::uint64_t> purge() override {
    return sum([](LetterPlace& place) { return place.purge(); });
  }

  Result<std::uint64_t> retry_those(IsMeant is_meant) override {
    return sum([is_meant](LetterPlace& place) { return place.retry_those(is_meant); });
  }
  Result<std::uint64_t> remove_those(IsMeant is_meant) override {
    return sum([is_meant](LetterPlace& place) { return place.remove_those(is_meant); });
  }

  Result<LetterPage> list(std::size_t limit, std::string_view cursor) override;

  Result<std::optional<StoredLetter>> find(std::string_view id) override {
    LetterPlace* place = place_of(id);
    return place != nullptr ? place->find(id) : std::optional<StoredLetter>();
  }
  Result<bool> retry(std::string_view id) override {
    LetterPlace* place = place_of(id);
    return place != nullptr ? place->retry(id) : false;
  }
  Result<bool> retry_as(std::string_view id, std::string_view message) override {
    LetterPlace* place = place_of(id);
    return place != nullptr ? place->retry_as(id, message) : false;
  }
  Result<bool> remove(std::string_view id) override {
    LetterPlace* place = place_of(id);
    return place != nullptr ? place->remove(id) : false;
  }

 private:
  LetterPlace* place_of(std::string_view id) const {
    const auto found = std::find_if(places_.begin(), places_.end(), [id](const auto& place) {
      return !id.empty() && place->prefix() == id.front();
    });
    return found != places_.end() ? found->get() : nullptr;
  }

  template <class Ask>
  Result<std::uint64_t> sum(Ask ask) {
    std::uint64_t total = 0;
    for (const auto& place : places_) {
      const Result<std::uint64_t> part = ask(*place);
      if (!part) return part;
      total += *part;
    }
    return total;
  }

  const std::shared_ptr<void> shared_;  // By the places.
  const std::vector<std::unique_ptr<LetterPlace>> places_;
};

Result<LetterPage> Box::list(std::size_t limit, std::string_view cursor) {
  PENSTOCK_CHECK(limit > 0);
  auto positions = parse_cursor(cursor, places_.size());
  if (!positions) return fail(ErrorCode::kRejected, "expected the `next` of the page before");

  std::vector<Taken> taken(places_.size());
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if ((*positions)[i] == 0) continue;
    auto page = places_[i]->read((*positions)[i], {limit, kPageBytesMax});
    if (!page) return fail(page.error());
    taken[i].page = std::move(*page);
  }

  LetterPage page;
  std::size_t bytes = 0;
  while (page.letters.size() < limit && bytes < kPageBytesMax) {
    if (std::any_of(taken.begin(), taken.end(), [](const Taken& t) { return t.is_blocked(); })) {
      break;
    }
    Taken* newest = nullptr;
    const auto at_ms = [](const Taken& t) { return t.page.entries[t.count].letter.at_ms; };
    for (Taken& t : taken) {
      if (t.is_empty()) continue;
      if (newest == nullptr || at_ms(t) > at_ms(*newest)) newest = &t;
    }
    if (newest == nullptr) break;
    StoredLetter& letter = newest->page.entries[newest->count++].letter;
    bytes += letter.message.size();
    page.letters.push_back(std::move(letter));
  }
  for (std::size_t i = 0; i < places_.size(); ++i) {
    (*positions)[i] = taken[i].position((*positions)[i]);
  }
  page.next = cursor_text(*positions);
  return page;
}

}  // namespace

Result<std::unique_ptr<DeadLetterBox>> make_dead_letter_box(const ConsumerOptions& options,
                                                            const Clock& clock) {
  const auto backend = backend_of(options.queue.url);
  if (!backend) return fail(backend.error());
  auto places = (*backend)->letter_places(options, clock);
  if (!places) return fail(places.error());
  return std::unique_ptr<DeadLetterBox>(std::make_unique<Box>(std::move(*places)));
}

}  // namespace penstock::queue
