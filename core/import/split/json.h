// JSON as rows: the elements of an array, where the file is one, else a document a line.
#pragma once

#include <string>

#include "import/split/lines.h"

namespace penstock::importing {

// What stands in an element is only looked at as far as its end is to be found: that it is JSON is
// for whoever reads it.
class JsonSplitter final : public Splitter {
 public:
  void feed(std::string_view bytes, RowSink& sink) override;
  void end(RowSink& sink) override;

 private:
  enum class Shape : std::uint8_t { kUnknown, kLines, kArray, kEnded };

  void tell_shape(std::string_view& bytes, RowSink& sink);
  void feed_array(std::string_view bytes, RowSink& sink);
  void take(char c);
  void finish(RowSink& sink);

  Shape shape_ = Shape::kUnknown;
  LineSplitter lines_;
  std::string before_;  // White space and marks in front of all.
  std::string element_;
  std::uint64_t line_ = 1;
  std::uint64_t begun_at_ = 0;  // The element's line.
  std::uint64_t depth_ = 0;     // Within the element.
  bool is_in_string_ = false;
  bool is_escaped_ = false;
  bool has_begun_ = false;
  bool is_too_long_ = false;
};

}  // namespace penstock::importing
