#include "import/split/csv.h"

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <csv.h>

#include "base/bytes.h"

namespace penstock::importing {
namespace {

// By which libcsv's buffer for a cell grows. Its own 128 bytes copy a long cell thousands of times.
constexpr std::size_t kCellGrowth = 64 << 10;

// libcsv's number for a cell whose end, a quote mark where it has one, has not come.
constexpr int kWithinCell = 2;

// Of one cell, while its end is looked for: a quote that is never closed ends here.
void* bounded_realloc(void* block, std::size_t bytes) {
  return bytes > kRowBytesMax ? nullptr : std::realloc(block, bytes);
}

int no_space(unsigned char /*c*/) { return 0; }

class CsvSplitter final : public Splitter {
 public:
  CsvSplitter() { start(); }
  CsvSplitter(const CsvSplitter&) = delete;
  CsvSplitter& operator=(const CsvSplitter&) = delete;
  ~CsvSplitter() override { csv_free(&parser_); }

  void feed(std::string_view bytes, RowSink& sink) override {
    sink_ = &sink;
    if (!is_behind_mark_) pass_mark(bytes);
    if (is_behind_mark_) parse_lines(bytes);
  }

  void end(RowSink& sink) override {
    sink_ = &sink;
    if (!is_behind_mark_) parse_lines(std::exchange(before_, {}));
    is_cut_ = parser_.quoted != 0 && parser_.pstate == kWithinCell;
    csv_fini(&parser_, on_cell, on_row, this);
  }

 private:
  void start() {
    csv_init(&parser_, 0);
    csv_set_realloc_func(&parser_, bounded_realloc);
    csv_set_blk_size(&parser_, kCellGrowth);
    csv_set_space_func(&parser_, no_space);
  }

  // Whether a part of a row was read.
  bool has_begun() const { return !ends_.empty() || parser_.entry_pos > 0 || parser_.quoted != 0; }

  // Takes a byte order mark off the file's beginning.
  void pass_mark(std::string_view& bytes) {
    constexpr std::string_view kMark = "\xef\xbb\xbf";
    while (!bytes.empty() && before_.size() < kMark.size() && kMark.starts_with(before_)) {
      before_ += bytes.front();
      bytes.remove_prefix(1);
    }
    if (before_ != kMark && kMark.starts_with(before_)) return;
    is_behind_mark_ = true;
    const std::string before = std::exchange(before_, {});
    if (before != kMark) parse_lines(before);
  }

  // By lines, so that each row's is known.
  void parse_lines(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::size_t end = bytes.find('\n');
      const std::size_t part = end == std::string_view::npos ? bytes.size() : end + 1;
      parse(bytes.substr(0, part));
      bytes.remove_prefix(part);
      if (end == std::string_view::npos) continue;
      ++line_;
      if (!has_begun()) begun_at_ = line_;
    }
  }

  void parse(std::string_view part) {
    if (csv_parse(&parser_, part.data(), part.size(), on_cell, on_row, this) == part.size()) return;
    sink_->on_bad_row(begun_at_, "has a cell that does not end within 8 MiB");
    csv_free(&parser_);
    start();
    forget_row();
  }

  static void on_cell(void* text, std::size_t bytes, void* self) {
    static_cast<CsvSplitter*>(self)->take_cell({static_cast<const char*>(text), bytes});
  }
  static void on_row(int /*end*/, void* self) { static_cast<CsvSplitter*>(self)->take_row(); }

  void take_cell(std::string_view text) {
    const std::size_t cells_max = names_.empty() ? kColumnsMax : names_.size();
    if (ends_.size() == cells_max) has_too_many_ = true;
    if (texts_.size() + text.size() > kRowBytesMax) is_too_long_ = true;
    if (has_too_many_ || is_too_long_) return;
    texts_ += text;
    ends_.push_back(texts_.size());
    texts_ += '\x1f';  // Between the cells in the row's text.
  }

  std::string_view cell(std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : ends_[i - 1] + 1;
    return std::string_view(texts_).substr(begin, ends_[i] - begin);
  }

  void take_row() {
    if (is_too_long_) {
      sink_->on_bad_row(begun_at_, kTooLong);
    } else if (is_cut_) {
      sink_->on_bad_row(begun_at_, "has a quote that is not closed");
    } else if (names_.empty()) {
      if (has_too_many_) sink_->on_bad_row(begun_at_, "names more than 1000 columns");
      for (std::size_t i = 0; i < ends_.size(); ++i) names_.emplace_back(cell(i));
    } else if (has_too_many_ || ends_.size() != names_.size()) {
      sink_->on_bad_row(begun_at_, "has not as many cells as the first row names");
    } else {
      cells_.clear();
      for (std::size_t i = 0; i < ends_.size(); ++i) cells_.push_back({names_[i], cell(i)});
      sink_->on_row({.text = texts_, .cells = cells_, .line = begun_at_});
    }
    forget_row();
  }

  void forget_row() {
    ends_.clear();
    texts_.clear();
    has_too_many_ = false;
    is_too_long_ = false;
    begun_at_ = line_;
  }

  csv_parser parser_{};
  RowSink* sink_ = nullptr;
  std::vector<std::string> names_;
  std::vector<Cell> cells_;
  std::string texts_;
  std::vector<std::size_t> ends_;  // Of the cells in texts_.
  std::uint64_t line_ = 1;
  std::uint64_t begun_at_ = 1;
  std::string before_;  // Of the file, while it may be the mark.
  bool is_behind_mark_ = false;
  bool has_too_many_ = false;
  bool is_too_long_ = false;
  bool is_cut_ = false;
};

}  // namespace

std::unique_ptr<Splitter> make_csv_splitter() { return std::make_unique<CsvSplitter>(); }

}  // namespace penstock::importing
