#include "import/importer.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "event/id.h"

namespace penstock::importing {
namespace {

// "has no name" of "event 0: has no name": a row is named by its line.
std::string_view without_index(std::string_view detail) {
  if (!detail.starts_with("event ")) return detail;
  const std::size_t colon = detail.find(": ");
  return colon == std::string_view::npos ? detail : detail.substr(colon + 2);
}

}  // namespace

Importer::Importer(const Format& format, ImportOptions options, adapter::RecordSink& sink,
                   ImportListener& listener)
    : format_(format),
      options_(std::move(options)),
      sink_(sink),
      listener_(listener),
      workspace_(Random(1)) {  // Ids that it makes are replaced.
  origin_.project = options_.project;
  origin_.is_server_side = true;
  origin_.received_at_ms = kNoTimeMs;
}

Importer::~Importer() = default;

bool Importer::begin_file(std::uint64_t done_rows, std::string& problem) {
  reader_ = format_.make(format_, options_.format, problem);
  splitter_ = nullptr;
  beginning_.clear();
  done_rows_ = done_rows;
  has_first_row_ = false;
  file_rows_ = 0;
  file_good_ = 0;
  file_faults_ = 0;
  return reader_ != nullptr;
}

void Importer::feed(std::string_view bytes) {
  if (!splitter_) {
    beginning_ += bytes;
    if (beginning_.size() < kBeginningBytes) return;
    splitter_ = make_splitter(format_, beginning_);
    splitter_->feed(std::exchange(beginning_, {}), *this);
    return;
  }
  splitter_->feed(bytes, *this);
}

void Importer::end_file() {
  if (!splitter_) {
    splitter_ = make_splitter(format_, beginning_);
    splitter_->feed(std::exchange(beginning_, {}), *this);
  }
  splitter_->end(*this);
}

void Importer::blame(std::uint64_t line, std::string_view problem) {
  ++counts_.faults;
  ++file_faults_;
  listener_.on_fault({line, problem});
}

void Importer::on_bad_row(std::uint64_t line, std::string_view problem) {
  ++counts_.rows;
  if (++file_rows_ > done_rows_) blame(line, problem);
  if (file_rows_ >= done_rows_) listener_.on_row_done(file_rows_, {});
}

void Importer::on_row(const Row& row) {
  ++counts_.rows;
  if (!has_first_row_) first_row_ = crypto::digest_of(format_.name, row.text);
  has_first_row_ = true;
  if (++file_rows_ <= done_rows_) {
    reader_->pass(row);
    if (file_rows_ == done_rows_) listener_.on_row_done(file_rows_, row.text);
    return;
  }
  row_ = &row;
  row_events_ = 0;
  problem_ = {};
  const auto open_project = [](std::string_view /*key*/) { return true; };
  const adapter::ReadOutcome outcome =
      reader_->read(row, {origin_, workspace_, *this, open_project});
  row_ = nullptr;
  tell_outcome(row, outcome);
  listener_.on_row_done(file_rows_, row.text);
}

void Importer::tell_outcome(const Row& row, const adapter::ReadOutcome& outcome) {
  if (outcome.status >= 400) return blame(row.line, without_index(outcome.detail));
  for (const adapter::Rejected& rejected : outcome.rejected) blame(row.line, rejected.error);
  if (!problem_.empty()) return blame(row.line, problem_);
  if (row_events_ == 0 && outcome.rejected.empty()) ++counts_.eventless;
  if (row_events_ > 0) ++file_good_;
}

void Importer::settle_id(event::Record& record) {
  const bool has_id = record.id != event::Id();
  if (has_id && (format_.keeps_ids || record.id.is_from_client())) {
    if (format_.has_local_epoch) record.id = event::with_time(record.id, record.occurred_at_ms);
    return;
  }
  identity_.assign(reinterpret_cast<const char*>(first_row_.data()), first_row_.size());
  identity_ += str_cat(file_rows_, ":", row_events_, ":", row_->text);
  record.id = event::id_of_client(record.project, identity_, record.occurred_at_ms);
  record.id.bytes.back() &= 0xfe;
}

bool Importer::add(const event::Record& record) {
  event::Record ours = record;
  ++row_events_;
  if (ours.occurred_at_ms == kNoTimeMs) {
    problem_ = "has no time";
    return true;
  }
  if (ours.received_at_ms == kNoTimeMs) ours.received_at_ms = options_.now_ms;
  if (format_.has_local_epoch) {
    ours.occurred_at_ms = options_.format.utc_of(ours.occurred_at_ms);
  }
  if (ours.occurred_at_ms > options_.now_ms + kAheadMaxMs) {
    problem_ = "has a time that is still to come";
    return true;
  }
  if (ours.occurred_at_ms < std::max<std::int64_t>(options_.oldest_kept_ms, 0)) {
    ++counts_.too_old;
    return true;
  }
  settle_id(ours);
  if (!sink_.add(ours)) return false;
  ++counts_.events;
  if (counts_.events == 1) counts_.first_ms = ours.occurred_at_ms;
  counts_.first_ms = std::min(counts_.first_ms, ours.occurred_at_ms);
  counts_.last_ms = std::max(counts_.last_ms, ours.occurred_at_ms);
  return true;
}

}  // namespace penstock::importing
