// The dead letters in dead.db of the spool's folder (dead_letters.h).
//
// A change holds the file's write lock while the message is put back, so that of two retries of one
// letter only one finds it, and a worker that wants to add one waits for as long.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "queue/letters/place.h"
#include "queue/letters/put_back.h"
#include "sqlite/sqlite.h"

namespace penstock::queue {

// The file is opened for each call: it may come and go. Ids are "f" and the row's id.
class FileLetters final : public LetterPlace {
 public:
  FileLetters(const std::string& spool, PutBack put_back)
      : path_(spool + "/dead.db"), put_back_(std::move(put_back)) {}

  char prefix() const override { return 'f'; }
  Result<std::uint64_t> count() override;
  Result<PlacePage> read(LetterPosition position, LetterLimits limits) override;
  Result<std::optional<StoredLetter>> find(std::string_view id) override;
  Result<bool> retry(std::string_view id) override;
  Result<bool> retry_as(std::string_view id, std::string_view message) override;
  Result<bool> remove(std::string_view id) override;
  Result<std::uint64_t> retry_those(IsMeant is_meant) override;
  Result<std::uint64_t> remove_those(IsMeant is_meant) override;
  Result<std::uint64_t> retry_all() override;  // Oldest first.
  Result<std::uint64_t> purge() override;

 private:
  Result<std::optional<sqlite::Database>> open(sqlite::Access access) const;
  Result<bool> retry_row(std::int64_t row_id, const std::string_view* other_message);
  using Rows = std::span<const std::int64_t>;
  Result<std::uint64_t> act_on_those(IsMeant is_meant,
                                     FunctionRef<Result<std::uint64_t>(Rows rows)> act);
  Result<std::uint64_t> retry_rows(Rows rows);
  Result<std::uint64_t> remove_rows(Rows rows);
  Result<std::uint64_t> retry_some(sqlite::Database& database, std::int64_t last_id);

  const std::string path_;
  const PutBack put_back_;
};

}  // namespace penstock::queue
