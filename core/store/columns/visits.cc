#include "store/columns/visits.h"

#include <algorithm>
#include <numeric>

#include "base/check.h"
#include "base/hash.h"
#include "base/text.h"
#include "store/rollup/rollup_sink.h"

namespace penstock::store {
namespace {

constexpr std::uint64_t kProjectSeed = 3;
constexpr int kOrdinalBits = 32;
constexpr std::int64_t kSecondMs = 1'000;

// Never 0.
std::uint64_t hash_of_project(std::string_view project) {
  return hash64(project, kProjectSeed) | 1;
}

std::uint32_t second_of(std::uint64_t at) {
  return static_cast<std::uint32_t>((at >> kOrdinalBits) / kSecondMs);
}

template <class T>
void permute(const std::vector<std::uint32_t>& order, std::vector<T>& values) {
  std::vector<T> permuted(values.size());
  for (std::size_t i = 0; i < order.size(); ++i) permuted[i] = values[order[i]];
  values = std::move(permuted);
}

}  // namespace

bool VisitParts::is_early(std::size_t index) const { return start_s[index] < kVisitGapS; }

bool VisitParts::is_late(std::size_t index) const { return end_s(index) >= kDayS - kVisitGapS; }

std::uint64_t visit_key(std::uint64_t visitor, std::uint64_t project_hash) {
  return visitor ^ project_hash;
}

VisitBuilder::VisitBuilder(std::int64_t day_ms, std::size_t rows, std::size_t rows_a_pass)
    : day_ms_(day_ms), passes_(rows / rows_a_pass + 1), places_(rows) {
  events_.reserve(std::min(rows, rows_a_pass));
}

// Keys are hashes: the passes are of one size.
std::size_t VisitBuilder::pass_of(std::uint64_t key) const {
  return static_cast<std::size_t>((key >> 32) * passes_ >> 32);
}

void VisitBuilder::keep(std::uint32_t ordinal, std::uint64_t key, std::int64_t at_ms) {
  PENSTOCK_CHECK(ordinal < places_.size());
  const auto offset_ms = static_cast<std::uint64_t>(
      std::clamp<std::int64_t>(at_ms, day_ms_, day_ms_ + kDayMs - 1) - day_ms_);
  events_.push_back({key, offset_ms << kOrdinalBits | ordinal});
}

bool VisitBuilder::end_pass() {
  std::sort(events_.begin(), events_.end(), [](const Event& a, const Event& b) {
    return a.key != b.key ? a.key < b.key : a.at < b.at;
  });
  for (std::size_t first = 0; first < events_.size();) {
    std::size_t end = first + 1;
    while (end < events_.size() && events_[end].key == events_[first].key &&
           second_of(events_[end].at) - second_of(events_[end - 1].at) <= kVisitGapS) {
      ++end;
    }
    add_part(std::span(events_).subspan(first, end - first));
    first = end;
  }
  events_.clear();
  if (++pass_ < passes_) return true;
  events_.shrink_to_fit();
  number_by_start();
  return false;
}

void VisitBuilder::add_part(std::span<const Event> events) {
  const std::uint32_t start_s = second_of(events.front().at);
  const std::uint32_t end_s = second_of(events.back().at);
  const std::size_t index = parts_.size();
  parts_.start_s.push_back(start_s);
  parts_.length_s.push_back(end_s - start_s);
  parts_.events.push_back(static_cast<std::uint32_t>(events.size()));
  VisitPlace place = 0;
  if (parts_.has_edge(index)) {
    parts_.edges.push_back({static_cast<std::uint32_t>(index + 1), events.front().key});
  } else if (events.size() == 1) {
    parts_.start_s.pop_back();
    parts_.length_s.pop_back();
    parts_.events.pop_back();
    places_[static_cast<std::uint32_t>(events.front().at)] = kAlone;
    return;
  }
  PENSTOCK_CHECK(index < kPartsMax);
  place = static_cast<VisitPlace>(index + 1) << 2;
  for (const Event& event : events) places_[static_cast<std::uint32_t>(event.at)] = place;
  places_[static_cast<std::uint32_t>(events.front().at)] |= kFirstOfPart;
  places_[static_cast<std::uint32_t>(events.back().at)] |= kLastOfPart;
}

// So that the rows of a chunk, which are of about one time, have numbers near each other.
void VisitBuilder::number_by_start() {
  std::vector<std::uint32_t> order(parts_.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) {
    return parts_.start_s[a] < parts_.start_s[b];
  });
  permute(order, parts_.start_s);
  permute(order, parts_.length_s);
  permute(order, parts_.events);
  std::vector<std::uint32_t> numbers(order.size() + 1);  // By the number before.
  for (std::size_t i = 0; i < order.size(); ++i) {
    numbers[order[i] + 1] = static_cast<std::uint32_t>(i + 1);
  }
  for (VisitParts::Edge& edge : parts_.edges) edge.number = numbers[edge.number];
  std::sort(parts_.edges.begin(), parts_.edges.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  for (VisitPlace& place : places_) place = numbers[part_number(place)] << 2 | (place & kAlone);
}

Result<void> VisitRows::add(Columns& columns, ChunkRows& rows, std::uint32_t first_ordinal,
                            VisitBuilder& builder) {
  auto visitors = rows.visitors();
  if (!visitors) return fail(visitors.error());
  auto times = rows.times();
  if (!times) return fail(times.error());
  auto projects = rows.codes(kProjectColumn);
  if (!projects) return fail(projects.error());
  const bool has_codes = projects->kept == Columns::Kept::kCodes;
  if (has_codes) PENSTOCK_TRY(read_projects(columns, projects->codes, rows.positions()));
  const std::uint64_t no_project = hash_of_project("");
  for (const std::uint16_t position : rows.positions()) {
    const std::uint64_t project =
        has_codes ? project_hashes_[projects->codes[position]] : no_project;
    const std::uint64_t visitor =
        std::uint64_t{visitors->upper[position]} << 32 | visitors->lower[position];
    builder.add(first_ordinal + position, visit_key(visitor, project), (*times)[position]);
  }
  return {};
}

Result<void> VisitRows::read_projects(Columns& columns, std::span<const std::uint32_t> codes,
                                      std::span<const std::uint16_t> positions) {
  for (const std::uint16_t position : positions) {
    const std::uint32_t code = codes[position];
    if (code < project_hashes_.size() && project_hashes_[code] != 0) continue;
    if (code >= words_max(kProjectColumn)) return fail(ErrorCode::kCorrupt, "read a row's project");
    if (code >= project_hashes_.size()) project_hashes_.resize(code + 1);
    auto project = columns.text(kProjectColumn, code);
    if (!project) return fail(project.error());
    project_hashes_[code] = hash_of_project(*project);
  }
  return {};
}

}  // namespace penstock::store
