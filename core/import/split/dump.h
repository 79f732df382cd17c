// Rows of a database's dump: PostgreSQL's COPY blocks (pg_dump) and INSERT statements (mysqldump,
// pg_dump --inserts), whose columns the statement or the CREATE TABLE before it names. All else of
// a dump is passed over.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "import/split/splitter.h"

namespace penstock::importing {

// Whether the beginning of a file looks like a dump's.
bool begins_like_dump(std::string_view beginning);

class DumpSplitter final : public Splitter {
 public:
  void feed(std::string_view bytes, RowSink& sink) override;
  void end(RowSink& sink) override;

 private:
  enum class State : std::uint8_t { kLine, kCopy, kBetween, kValue, kQuoted };
  using Columns = std::vector<std::string>;

  void take_line_byte(char c, RowSink& sink);
  void take_statement_line(std::string_view line);
  void begin_copy(std::string_view line);
  void take_create_line(std::string_view line);
  bool begin_insert();
  void take_copy_row(RowSink& sink);
  void take_value_byte(char c, RowSink& sink);
  void take_quoted_byte(char c, RowSink& sink);
  void begin_row();
  void end_cell();
  void end_row(RowSink& sink);
  void put(char c);

  State state_ = State::kLine;
  std::string line_;   // Of the dump, or of COPY.
  std::string table_;  // Whose rows these are.
  std::string created_table_;
  Columns columns_;
  std::unordered_map<std::string, Columns> created_;
  std::uint64_t number_ = 1;
  std::uint64_t begun_at_ = 1;  // The row's line.

  std::string texts_;
  struct Part {
    std::size_t begin;
    std::size_t end;
  };
  std::vector<Part> parts_;
  std::vector<Cell> cells_;
  std::size_t cell_begin_ = 0;
  bool has_escapes_ = false;  // Backslashes mean something in quotes: MySQL's.
  bool was_quoted_ = false;
  bool is_escaped_ = false;
  bool may_end_ = false;  // A quote was read that may be one of a pair.
  bool is_too_long_ = false;
};

}  // namespace penstock::importing
