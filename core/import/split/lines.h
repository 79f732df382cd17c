// Lines as rows. Empty ones are none; CR LF ends one as LF does, and the last needs no end.
#pragma once

#include <string>

#include "import/split/splitter.h"

namespace penstock::importing {

class LineSplitter final : public Splitter {
 public:
  void feed(std::string_view bytes, RowSink& sink) override;
  void end(RowSink& sink) override;

 private:
  void add(std::string_view part);
  void finish(RowSink& sink);

  std::string line_;  // As far as it has come.
  std::uint64_t number_ = 1;
  bool is_too_long_ = false;
};

}  // namespace penstock::importing
