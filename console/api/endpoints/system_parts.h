// What several answers about the product itself have in them. What cannot be known is null.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/process/run_file.h"
#include "console/api/request/services.h"
#include "json/writer.h"

namespace penstock::console {

inline constexpr std::string_view kPrograms[] = {app::kIngestProgram, app::kWorkerProgram,
                                                 app::kConsoleProgram};

void write_texts(json::Writer& writer, std::string_view name,
                 const std::vector<std::string>& texts);

// How long the store's room lasts.
void write_outlook(json::Writer& writer, const Services& services);
// The members "programs", what each says of itself, and "counts". Asks them, which may take
// seconds.
void write_programs(json::Writer& writer, const Services& services);
// The store by day, within the deadline of the services' queries.
void write_store(json::Writer& writer, Services& services);
void write_settings(json::Writer& writer, const Services& services);
// The queue, or why it cannot be reached.
void write_queue(json::Writer& writer, Services& services);

}  // namespace penstock::console
