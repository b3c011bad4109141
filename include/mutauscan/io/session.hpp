#pragma once

#include <filesystem>
#include <string>

#include "mutauscan/io/slice.hpp"

namespace mutauscan {

/// UTC time as 2026-11-23T18:00:00Z.
std::string timestamp();

/// Host name, process, and the scheduler's job id if there is one (Slurm, PBS).
struct ProcessIdentity {
  std::string host;
  long pid;
  std::string job;
};
/// Of this process.
ProcessIdentity this_process();

/// This program as files and messages name it: "mutauscan 0.4.0 (fd5235e8)".
std::string this_program();
/// The name in this form of any version and commit.
std::string program_text(const std::string& version, const std::string& git_hash);

/// When, where, as which job, with which program and on what kind of machine, as JSON: of the creation of a
/// run, and of each session that works on it.
std::string session_json();

/// Adds RUN/sessions/TIME-HOST-PID.json.
void record_session(const std::filesystem::path& run, int ranks, const Slice& slice);

/// A session of this program has worked on the run, so that somebody has accepted it.
bool has_session_of_this_program(const std::filesystem::path& run);

}  // namespace mutauscan
