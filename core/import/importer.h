// Takes files, one after another, to events.
//
// An event whose row names none gets an id of the file's first row, the row's number and its text:
// the same file, packed, renamed or longer by then, gives the same ids. Together with the event's
// own time, which names the day in whose file an id is looked for, an event is stored once however
// often and late its file comes again. Such an id is not marked as a client's: a hundred million
// lines of a log would push out what is known of the week's clients (store/contract).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "adapter/contract/adapter.h"
#include "crypto/digest.h"
#include "import/contract/row_reader.h"
#include "import/formats.h"

namespace penstock::importing {

struct ImportOptions {
  FormatOptions format = {};
  std::string project = "default";
  std::int64_t now_ms = 0;
  std::int64_t oldest_kept_ms = 0;  // What happened before it the store would remove again.
};

// Nobody's clock is a day ahead; a time beyond it was misread.
inline constexpr std::int64_t kAheadMaxMs = 86'400'000;
// So many rows in front of the first good one, and the file is of another format.
inline constexpr std::uint64_t kHopelessRows = 1'000;

struct ImportCounts {
  std::uint64_t rows = 0;    // Those passed over because they were imported before, too.
  std::uint64_t events = 0;  // That went to the sink.
  std::uint64_t faults = 0;
  std::uint64_t too_old = 0;    // Events.
  std::uint64_t eventless = 0;  // Rows that hold none: comments, other tables.
  std::int64_t first_ms = 0;    // Of events' times; 0 where there are none.
  std::int64_t last_ms = 0;
};

struct ImportFault {
  std::uint64_t line;
  std::string_view problem;
};

class ImportListener {
 public:
  virtual ~ImportListener() = default;
  virtual void on_fault(const ImportFault& fault) = 0;
  // A row is done with, and its events are in the sink. `row` counts from 1 within the file. Of
  // rows that were imported before the last alone is told.
  virtual void on_row_done(std::uint64_t row, std::string_view text) = 0;
};

class Importer final : private RowSink, private adapter::RecordSink {
 public:
  // Borrows all but the options.
  Importer(const Format& format, ImportOptions options, adapter::RecordSink& sink,
           ImportListener& listener);
  ~Importer() override;

  // Before the first of a file's bytes. False with a sentence: the options do not fit the format.
  // The first `done_rows` were imported before.
  bool begin_file(std::uint64_t done_rows, std::string& problem);
  void feed(std::string_view bytes);
  void end_file();

  // This file's first rows are all bad.
  bool is_hopeless() const {
    return file_good_ == 0 && done_rows_ == 0 && file_faults_ >= kHopelessRows;
  }
  const ImportCounts& counts() const { return counts_; }

 private:
  void on_row(const Row& row) override;
  void on_bad_row(std::uint64_t line, std::string_view problem) override;
  bool add(const event::Record& record) override;
  void settle_id(event::Record& record);
  void tell_outcome(const Row& row, const adapter::ReadOutcome& outcome);
  void blame(std::uint64_t line, std::string_view problem);

  const Format& format_;
  const ImportOptions options_;
  adapter::RecordSink& sink_;
  ImportListener& listener_;
  ImportCounts counts_;
  adapter::Workspace workspace_;
  adapter::Origin origin_;

  // Of the file.
  std::unique_ptr<RowReader> reader_;
  std::unique_ptr<Splitter> splitter_;
  std::string beginning_;  // Until the splitter is known.
  crypto::Digest first_row_{};
  bool has_first_row_ = false;
  std::uint64_t done_rows_ = 0;
  std::uint64_t file_rows_ = 0;
  std::uint64_t file_good_ = 0;
  std::uint64_t file_faults_ = 0;

  // Of the row.
  const Row* row_ = nullptr;
  std::uint32_t row_events_ = 0;  // That came, kept or not.
  std::string_view problem_;      // Of an event of it.
  std::string identity_;
};

}  // namespace penstock::importing
