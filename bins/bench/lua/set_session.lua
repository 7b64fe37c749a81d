-- POST /auth/session with a JWT, of the file that the seventh argument names.
dofile(os.getenv("ANTEROOM_BENCH_LUA") .. "/shared.lua")

function init(args)
  read_arguments(args)
  local requests = {}
  for number, jwt in ipairs(lines(args[7])) do
    requests[number] = wrk.format("POST", "/auth/session", {
      ["Host"] = wrk.headers["Host"],
      ["Accept"] = "application/json",
      ["Authorization"] = "Bearer " .. jwt,
    })
  end
  request = prepared(requests)
end
