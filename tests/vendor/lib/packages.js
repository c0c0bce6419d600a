// Vendors' packages. One that is not installed is a reason to skip, and nothing else is.

// Resolves to {module} or, without the package, to {missing: why}; the tests hand the latter on as their `skip`.
export async function vendor(name) {
  try {
    return { module: await import(name) };
  } catch (problem) {
    if (problem.code !== 'ERR_MODULE_NOT_FOUND' || !problem.message.includes(`'${name}'`)) throw problem;
    return { missing: `the npm package ${name} is not installed` };
  }
}
