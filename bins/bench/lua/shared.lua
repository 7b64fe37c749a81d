-- What every script shares: the arguments, where requests come from, and a line of JSON with what was seen.
--
-- Arguments: FOLDER with the files of tokens, the STATUS that is expected (or two of them, `401,503`), `any` (pick at random) or `once` (each
-- line once, in order), the first line to be used and how many.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

-- The lines of a file of the folder, those that the arguments name.
function lines(name)
  local all, number = {}, 0
  for line in io.lines(folder .. "/" .. name) do
    number = number + 1
    if number > first and number <= first + count then all[#all + 1] = line end
  end
  if #all == 0 then error(name .. " has no such lines") end
  return all
end

-- The only line of a file of the folder.
function word(name)
  return io.lines(folder .. "/" .. name)()
end

local ffi = require("ffi")
ffi.cdef("typedef struct { long seconds, microseconds; } anteroom_moment; int gettimeofday(anteroom_moment *, void *);")

local function now()
  local moment = ffi.new("anteroom_moment")
  ffi.C.gettimeofday(moment, nil)
  return tonumber(moment.seconds) * 1e6 + tonumber(moment.microseconds)
end

wrong, wrong_status, beyond, begun_at, ended_at = 0, 0, 0, 0, 0
local expected = {}

function read_arguments(args)
  folder, mode = args[1], args[3]
  for status in args[2]:gmatch("%d+") do expected[tonumber(status)] = true end
  first, count = tonumber(args[4]), tonumber(args[5])
  math.randomseed(os.time() * 1000 + tonumber(args[6] or 0))
end

-- Gives the place of the next one of `size` things, at random or in order. Beyond the last one the run ends.
-- The first request is only made for wrk to look at, and is not sent.
local place = -1
function next_of(size)
  if mode == "any" then return math.random(size) end
  place = place + 1
  if place == 0 then return size end
  if place == 1 then begun_at = now() end
  if place > size then
    if beyond == 0 then
      beyond, ended_at = 1, now()
      wrk.thread:stop()
    end
    return size
  end
  return place
end

-- Requests made before the clock runs.
function prepared(requests)
  local size = #requests
  return function() return requests[next_of(size)] end
end

function response(status)
  if not expected[status] then wrong, wrong_status = wrong + 1, status end
end

function done(summary, latency)
  local wrong, status, beyond, microseconds = 0, 0, 0, summary.duration
  for _, thread in ipairs(threads) do
    wrong = wrong + thread:get("wrong")
    status = math.max(status, thread:get("wrong_status"))
    if thread:get("beyond") > 0 then
      -- It has ended before its time.
      beyond, microseconds = 1, thread:get("ended_at") - thread:get("begun_at")
    end
  end
  local errors = summary.errors
  io.write(string.format(
    '\nFIGURES {"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"wrong":%d,"wrong_status":%d,"beyond":%d,"broken":%d}\n',
    summary.requests, microseconds, latency:percentile(50), latency:percentile(99),
    wrong, status, beyond, errors.connect + errors.read + errors.write + errors.timeout))
end
